/// The rows by cloud; a new exporter is a new row.
extension LabelTable {
    static let amazon = [
        Row("aws_instance", parts: Part("dimension_InstanceId", "instance_id", is: "id")),
        Row("aws_ebs_volume", parts: Part("dimension_VolumeId", "volume_id", is: "id")),
        Row("aws_instance", parts: Part("dimension_VolumeId", "volume_id", is: "root_block_device.*.volume_id")),
        Row("aws_instance", parts: Part("dimension_VolumeId", "volume_id", is: "ebs_block_device.*.volume_id")),
        // Not `id`: since version 5 of the provider that is the resource id (hashicorp/terraform-provider-aws#31232).
        Row(
            "aws_db_instance", "aws_rds_cluster_instance",
            parts: Part("dimension_DBInstanceIdentifier", "dbinstance_identifier", is: "identifier")),
        Row(
            "aws_rds_cluster",
            parts: Part("dimension_DBClusterIdentifier", "dbcluster_identifier", is: "cluster_identifier")),
        Row("aws_lambda_function", parts: Part("dimension_FunctionName", "function_name", is: "function_name")),
        Row("aws_lb", "aws_alb", parts: Part("dimension_LoadBalancer", "load_balancer", is: "arn_suffix")),
        Row("aws_elb", parts: Part("dimension_LoadBalancerName", "load_balancer_name", is: "name")),
        Row(
            "aws_lb_target_group", "aws_alb_target_group",
            parts: Part("dimension_TargetGroup", "target_group", is: "arn_suffix")),
        Row("aws_nat_gateway", parts: Part("dimension_NatGatewayId", "nat_gateway_id", is: "id")),
        Row("aws_s3_bucket", parts: Part("dimension_BucketName", "bucket_name", is: "bucket")),
        Row("aws_cloudwatch_log_group", parts: Part("dimension_LogGroupName", "log_group_name", is: "name")),
        Row("aws_dynamodb_table", parts: Part("dimension_TableName", "table_name", is: "name")),
        Row("aws_elasticache_cluster", parts: Part("dimension_CacheClusterId", "cache_cluster_id", is: "cluster_id")),
        Row(
            "aws_elasticache_replication_group",
            parts: Part("dimension_CacheClusterId", "cache_cluster_id", is: "member_clusters.*")),
        Row(
            "aws_ecs_service", parts: Part("dimension_ServiceName", "service_name", is: "name"),
            Part("dimension_ClusterName", "cluster_name", is: "cluster", .lastSegment)),
        Row(
            "aws_autoscaling_group",
            parts: Part(
                "dimension_AutoScalingGroupName", "auto_scaling_group_name", "tag_aws_autoscaling_groupName",
                is: "name")),
        // What a group's machines are like is written in its launch template.
        Row(
            "aws_launch_template",
            parts: Part(
                "dimension_AutoScalingGroupName", "auto_scaling_group_name", "tag_aws_autoscaling_groupName",
                is: "name"),
            through: Link(type: "aws_autoscaling_group", attribute: "launch_template.*.id", target: "id")),
        Row(
            "aws_launch_template",
            parts: Part(
                "dimension_AutoScalingGroupName", "auto_scaling_group_name", "tag_aws_autoscaling_groupName",
                is: "name"),
            through: Link(
                type: "aws_autoscaling_group",
                attribute:
                    "mixed_instances_policy.*.launch_template.*.launch_template_specification.*.launch_template_id",
                target: "id")),
    ]

    static let google = [
        Row("google_compute_instance", parts: Part("instance_id", is: "instance_id")),
        Row(
            "google_compute_instance", parts: Part("instance_name", is: "name"),
            Part("zone", is: "zone", .lastSegment), Part("project_id", "project", is: "project")),
    ]

    static let azure = [
        Row(
            "azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine",
            "azurerm_linux_virtual_machine_scale_set", "azurerm_windows_virtual_machine_scale_set",
            "azurerm_managed_disk", "azurerm_kubernetes_cluster", "azurerm_service_plan", "azurerm_mssql_database",
            "azurerm_postgresql_flexible_server", "azurerm_mysql_flexible_server", "azurerm_redis_cache",
            "azurerm_storage_account",
            parts: Part("resourceID", "resource_id", is: "id", .caseless))
    ]

    /// Metrics of pods (cAdvisor, kube-state-metrics) and of what runs them.
    static let kubernetes =
        [
            workload("kubernetes_deployment", "deployment"), workload("kubernetes_stateful_set", "statefulset"),
            workload("kubernetes_daemonset", "daemonset"), workload("kubernetes_daemon_set_v1", "daemonset"),
            workload("kubernetes_deployment_v1", "deployment"), workload("kubernetes_stateful_set_v1", "statefulset"),
        ].joined()
        + [
            Row(
                "helm_release", parts: Part("namespace", is: "namespace"),
                Part("label_app_kubernetes_io_instance", "app_kubernetes_io_instance", is: "name"))
        ]

    private static func workload(_ type: String, _ label: String) -> [Row] {
        let namespace = Part("namespace", "exported_namespace", is: "metadata.*.namespace")
        return [
            Row(type, parts: namespace, Part(label, is: "metadata.*.name")),
            Row(type, parts: namespace, Part("pod", "exported_pod", is: "metadata.*.name", .workload)),
        ]
    }
}
