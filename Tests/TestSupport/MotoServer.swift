package import Foundation

/// AWS's APIs as moto emulates them, on a free loopback port; gone with the value.
package final class MotoServer: Sendable {
    package let url: String
    private let process: Process
    private let input: Pipe

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Throws where moto is not installed or does not come up.
    package init() async throws {
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python-with-moto", Self.folder.appending(path: "serve_moto.py").path(percentEncoded: false),
        ]
        input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let handle = output.fileHandleForReading
        let line = await Task.detached { String(decoding: handle.availableData, as: UTF8.self) }.value
        guard let port = Int(line.filter(\.isNumber)) else {
            throw Failure(description: "moto did not come up; .ci/setup installs it")
        }
        url = "http://127.0.0.1:\(port)"
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    /// `Tests/AWSProvider`.
    package static var folder: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "AWSProvider")
    }

    /// What Terraform and the provider reach moto by.
    package var environment: [String: String] {
        [
            "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }

    /// What Python says, with boto3 at hand as `ec2` and `s3`.
    package func python(_ code: String) async throws -> String {
        let head = """
            import boto3, os
            ec2, s3 = (boto3.client(name, region_name="us-east-1", endpoint_url="\(url)", aws_access_key_id="testing",
                       aws_secret_access_key="testing") for name in ("ec2", "s3"))

            """
        return try await Shell.run("python-with-moto", ["-c", head + code]).trimmingCharacters(
            in: .whitespacesAndNewlines)
    }
}

/// A filesystem mirror that holds the tests' AWS provider, and the CLI configuration that names it.
package struct AWSMirror: Sendable {
    private static let version = "5.99.0"

    package let cliConfiguration: String

    package init(in folder: TemporaryFolder) throws {
        let place = "mirror/registry.terraform.io/hashicorp/aws/\(Self.version)/\(Self.platform)"
        let name = "\(place)/terraform-provider-aws_v\(Self.version)_x5"
        // Terraform hashes the whole folder, so that the code lies elsewhere.
        let program = """
            #!/bin/sh
            PYTHONDONTWRITEBYTECODE=1 PYTHONPATH='\(MotoServer.folder.path(percentEncoded: false))' exec python-with-moto -m sphinx_aws "$@"

            """
        try folder.write(program, to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file(name))
        cliConfiguration = try folder.write(
            """
            disable_checkpoint = true
            provider_installation {
              filesystem_mirror {
                path    = "\(folder.file("mirror"))"
                include = ["registry.terraform.io/hashicorp/aws"]
              }
            }

            """, to: "aws.tfrc")
    }

    private static var platform: String {
        #if arch(arm64)
            "linux_arm64"
        #else
            "linux_amd64"
        #endif
    }
}
