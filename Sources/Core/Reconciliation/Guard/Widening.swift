/// What gives more rights, opens a network, or takes a protection away: data, one row a thing, with the reason.
enum Widening {
    struct Row: Hashable, Sendable {
        let name: String
        let reason: String
    }

    /// A setting and the value of it that protects less.
    struct Switch: Hashable, Sendable {
        let name: String
        let value: String
        let reason: String
    }

    /// Families of resource types, by the start of the type's name: nothing in them changes.
    static let types = [
        Row(name: "aws_iam_", reason: "it grants rights"),
        Row(name: "aws_lambda_permission", reason: "it grants rights"),
        Row(name: "aws_ssoadmin_", reason: "it grants rights"),
        Row(name: "aws_organizations_", reason: "it governs accounts"),
        Row(name: "google_project_iam_", reason: "it grants rights"),
        Row(name: "google_service_account", reason: "it is an identity"),
        Row(name: "azurerm_role_", reason: "it grants rights"),
        Row(name: "azuread_", reason: "it is an identity"),
        Row(name: "kubernetes_role", reason: "it grants rights"),
        Row(name: "kubernetes_cluster_role", reason: "it grants rights"),
        Row(name: "aws_security_group", reason: "it opens networks"),
        Row(name: "aws_vpc_security_group_", reason: "it opens networks"),
        Row(name: "aws_network_acl", reason: "it opens networks"),
        Row(name: "google_compute_firewall", reason: "it opens networks"),
        Row(name: "azurerm_network_security_", reason: "it opens networks"),
        Row(name: "kubernetes_network_policy", reason: "it opens networks"),
    ]

    /// Attributes and blocks that no edit changes, at any depth.
    static let attributes = [
        Row(name: "policy", reason: "it grants rights"),
        Row(name: "policies", reason: "it grants rights"),
        Row(name: "policy_arn", reason: "it grants rights"),
        Row(name: "access_policies", reason: "it grants rights"),
        Row(name: "access_policy", reason: "it grants rights"),
        Row(name: "assume_role_policy", reason: "it grants rights"),
        Row(name: "inline_policy", reason: "it grants rights"),
        Row(name: "managed_policy_arns", reason: "it grants rights"),
        Row(name: "permissions_boundary", reason: "it bounds rights"),
        Row(name: "principal", reason: "it says who has rights"),
        Row(name: "principals", reason: "it says who has rights"),
        Row(name: "iam_instance_profile", reason: "it is the identity that the machine acts with"),
        Row(name: "iam_role", reason: "it is an identity"),
        Row(name: "iam_roles", reason: "it is an identity"),
        Row(name: "role", reason: "it is an identity"),
        Row(name: "role_arn", reason: "it is an identity"),
        Row(name: "execution_role_arn", reason: "it is an identity"),
        Row(name: "task_role_arn", reason: "it is an identity"),
        Row(name: "service_role", reason: "it is an identity"),
        Row(name: "service_account", reason: "it is an identity"),
        Row(name: "service_account_name", reason: "it is an identity"),
        Row(name: "service_account_email", reason: "it is an identity"),
        Row(name: "identity", reason: "it is an identity"),
        Row(name: "acl", reason: "it says who may read"),
        Row(name: "grant", reason: "it says who may read"),
        Row(name: "access_control_policy", reason: "it says who may read"),
        Row(name: "kms_key_id", reason: "it decides who can read the data"),
        Row(name: "kms_master_key_id", reason: "it decides who can read the data"),
        Row(name: "key_name", reason: "it decides who can log in"),
        Row(name: "public_key", reason: "it decides who can log in"),
        Row(name: "admin_ssh_key", reason: "it decides who can log in"),
        Row(name: "user_data", reason: "it is code that runs on the machine"),
        Row(name: "user_data_base64", reason: "it is code that runs on the machine"),
        Row(name: "custom_data", reason: "it is code that runs on the machine"),
        Row(name: "metadata_startup_script", reason: "it is code that runs on the machine"),
        Row(name: "startup_script", reason: "it is code that runs on the machine"),
        Row(name: "ingress", reason: "it opens networks"),
        Row(name: "egress", reason: "it opens networks"),
        Row(name: "cidr_blocks", reason: "it opens networks"),
        Row(name: "ipv6_cidr_blocks", reason: "it opens networks"),
        Row(name: "cidr_ipv4", reason: "it opens networks"),
        Row(name: "cidr_ipv6", reason: "it opens networks"),
        Row(name: "source_ranges", reason: "it opens networks"),
        Row(name: "source_address_prefix", reason: "it opens networks"),
        Row(name: "source_address_prefixes", reason: "it opens networks"),
        Row(name: "prefix_list_ids", reason: "it opens networks"),
        Row(name: "public_access_cidrs", reason: "it opens networks"),
        Row(name: "authorized_networks", reason: "it opens networks"),
        Row(name: "ip_rules", reason: "it opens networks"),
        Row(name: "security_groups", reason: "it opens networks"),
        Row(name: "security_group_ids", reason: "it opens networks"),
        Row(name: "vpc_security_group_ids", reason: "it opens networks"),
        Row(name: "security_group_names", reason: "it opens networks"),
        Row(name: "subnet_id", reason: "it moves the resource to another network"),
        Row(name: "subnet_ids", reason: "it moves the resource to another network"),
        Row(name: "db_subnet_group_name", reason: "it moves the resource to another network"),
        Row(name: "ssl_policy", reason: "it decides how well connections are protected"),
        Row(name: "min_tls_version", reason: "it decides how well connections are protected"),
        Row(name: "minimum_protocol_version", reason: "it decides how well connections are protected"),
    ]

    static let switches = [
        Switch(name: "publicly_accessible", value: "true", reason: "it opens networks"),
        Switch(name: "associate_public_ip_address", value: "true", reason: "it opens networks"),
        Switch(name: "map_public_ip_on_launch", value: "true", reason: "it opens networks"),
        Switch(name: "public_network_access_enabled", value: "true", reason: "it opens networks"),
        Switch(name: "endpoint_public_access", value: "true", reason: "it opens networks"),
        Switch(name: "allow_blob_public_access", value: "true", reason: "it makes data public"),
        Switch(name: "allow_nested_items_to_be_public", value: "true", reason: "it makes data public"),
        Switch(name: "block_public_acls", value: "false", reason: "it makes data public"),
        Switch(name: "block_public_policy", value: "false", reason: "it makes data public"),
        Switch(name: "ignore_public_acls", value: "false", reason: "it makes data public"),
        Switch(name: "restrict_public_buckets", value: "false", reason: "it makes data public"),
        Switch(name: "http_tokens", value: "optional", reason: "it opens the metadata service to forged requests"),
        Switch(name: "https_only", value: "false", reason: "connections would not be protected"),
        Switch(name: "ssl_enforcement_enabled", value: "false", reason: "connections would not be protected"),
        Switch(name: "transit_encryption_enabled", value: "false", reason: "connections would not be protected"),
        Switch(name: "encrypted", value: "false", reason: "the data would not be encrypted"),
        Switch(name: "storage_encrypted", value: "false", reason: "the data would not be encrypted"),
        Switch(name: "at_rest_encryption_enabled", value: "false", reason: "the data would not be encrypted"),
        Switch(name: "enable_key_rotation", value: "false", reason: "keys would grow old"),
        Switch(name: "deletion_protection", value: "false", reason: "it takes a guard on destruction away"),
        Switch(name: "enable_deletion_protection", value: "false", reason: "it takes a guard on destruction away"),
        Switch(name: "deletion_protection_enabled", value: "false", reason: "it takes a guard on destruction away"),
        Switch(name: "disable_api_termination", value: "false", reason: "it takes a guard on destruction away"),
        Switch(name: "delete_on_termination", value: "true", reason: "the data would go with the machine"),
        Switch(name: "skip_final_snapshot", value: "true", reason: "the data would go with the database"),
        Switch(name: "delete_automated_backups", value: "true", reason: "the backups would go with the database"),
        Switch(name: "backup_retention_period", value: "0", reason: "there would be no backups"),
        Switch(name: "force_destroy", value: "true", reason: "what is in it would go with it"),
        Switch(name: "force_delete", value: "true", reason: "what is in it would go with it"),
        Switch(name: "force_detach", value: "true", reason: "data may be lost"),
        Switch(name: "enable_log_file_validation", value: "false", reason: "logs could be changed unseen"),
        Switch(name: "enable_logging", value: "false", reason: "nobody would see what is done"),
        Switch(name: "allow_major_version_upgrade", value: "true", reason: "it cannot be undone"),
    ]

    /// Words that mean everybody, wherever they stand.
    static let everybody = [
        Row(name: "0.0.0.0/0", reason: "it means the whole internet"),
        Row(name: "::/0", reason: "it means the whole internet"),
        Row(name: "allUsers", reason: "it means everybody"),
        Row(name: "allAuthenticatedUsers", reason: "it means everybody with an account"),
        Row(name: "http://acs.amazonaws.com/groups/global/AllUsers", reason: "it means everybody"),
        Row(name: "public-read", reason: "it means everybody"),
        Row(name: "public-read-write", reason: "it means everybody"),
        Row(name: "authenticated-read", reason: "it means everybody with an account"),
    ]

    /// What people write for themselves and no cloud acts on.
    static let freeText: Set<String> = ["tags", "tags_all", "labels", "description"]
}
