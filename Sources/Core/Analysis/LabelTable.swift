/// Which label of the known exporters names which attribute of which Terraform type.
///
/// YACE writes dimensions in camel case (`dimension_InstanceId`), cloudwatch_exporter in snake case (`instance_id`).
enum LabelTable {
    struct Row: Hashable, Sendable {
        let labels: [String]
        let type: String
        let attribute: String
    }

    static let rows = [
        Row(labels: ["dimension_InstanceId", "instance_id"], type: "aws_instance", attribute: "id"),
        Row(labels: ["dimension_VolumeId", "volume_id"], type: "aws_ebs_volume", attribute: "id"),
        Row(
            labels: ["dimension_DBInstanceIdentifier", "dbinstance_identifier"], type: "aws_db_instance",
            attribute: "identifier"),
        Row(
            labels: ["dimension_DBInstanceIdentifier", "dbinstance_identifier"], type: "aws_rds_cluster_instance",
            attribute: "identifier"),
        Row(
            labels: ["dimension_FunctionName", "function_name"], type: "aws_lambda_function",
            attribute: "function_name"),
        Row(labels: ["dimension_LoadBalancer", "load_balancer"], type: "aws_lb", attribute: "arn_suffix"),
        Row(labels: ["dimension_TargetGroup", "target_group"], type: "aws_lb_target_group", attribute: "arn_suffix"),
        Row(labels: ["dimension_NatGatewayId", "nat_gateway_id"], type: "aws_nat_gateway", attribute: "id"),
        Row(labels: ["dimension_BucketName", "bucket_name"], type: "aws_s3_bucket", attribute: "bucket"),
        Row(labels: ["dimension_LogGroupName", "log_group_name"], type: "aws_cloudwatch_log_group", attribute: "name"),
        Row(labels: ["dimension_TableName", "table_name"], type: "aws_dynamodb_table", attribute: "name"),
        Row(
            labels: ["dimension_CacheClusterId", "cache_cluster_id"], type: "aws_elasticache_cluster",
            attribute: "cluster_id"),
        Row(
            labels: ["dimension_AutoScalingGroupName", "auto_scaling_group_name"], type: "aws_autoscaling_group",
            attribute: "name"),
        Row(labels: ["instance_id"], type: "google_compute_instance", attribute: "instance_id"),
        Row(labels: ["instance_name"], type: "google_compute_instance", attribute: "name"),
    ]

    static let types = Set(rows.map(\.type))
}
