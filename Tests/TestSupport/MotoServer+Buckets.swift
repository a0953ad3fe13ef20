extension MotoServer {
    /// Names of a bucket's objects, sorted.
    package func objects(in bucket: String) async throws -> [String] {
        try await python(
            "print(*sorted(o[\"Key\"] for o in s3.list_objects_v2(Bucket=\"\(bucket)\").get(\"Contents\", [])), sep=\"\\n\")"
        ).split(separator: "\n").map(String.init)
    }

    package func object(_ key: String, in bucket: String) async throws -> String {
        try await python("print(s3.get_object(Bucket=\"\(bucket)\", Key=\"\(key)\")[\"Body\"].read().decode())")
    }

    package func put(_ text: String, as key: String, in bucket: String) async throws {
        _ = try await python(
            "s3.put_object(Bucket=\"\(bucket)\", Key=\"\(key)\", Body=\"\"\"\(text.replacing("\\", with: "\\\\"))\"\"\".encode())"
        )
    }

    package func delete(_ key: String, in bucket: String) async throws {
        _ = try await python("s3.delete_object(Bucket=\"\(bucket)\", Key=\"\(key)\")")
    }

    /// The bucket is gone, as a store is that cannot be reached; its objects come back with `restore`.
    package func lose(_ bucket: String) async throws {
        _ = try await python(
            """
            s3.create_bucket(Bucket="away")
            for o in s3.list_objects_v2(Bucket="\(bucket)").get("Contents", []):
                s3.copy_object(Bucket="away", Key=o["Key"], CopySource={"Bucket": "\(bucket)", "Key": o["Key"]})
                s3.delete_object(Bucket="\(bucket)", Key=o["Key"])
            s3.delete_bucket(Bucket="\(bucket)")
            """)
    }

    package func restore(_ bucket: String) async throws {
        _ = try await python(
            """
            s3.create_bucket(Bucket="\(bucket)")
            for o in s3.list_objects_v2(Bucket="away").get("Contents", []):
                s3.copy_object(Bucket="\(bucket)", Key=o["Key"], CopySource={"Bucket": "away", "Key": o["Key"]})
            """)
    }
}
