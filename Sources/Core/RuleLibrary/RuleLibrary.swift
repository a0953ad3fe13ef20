package import Domain

/// The rules that come with Sphinx, to be included by name: `include: ["sphinx:aws-state"]`.
package enum RuleLibrary {
    /// What an included name begins with.
    package static let scheme = "sphinx:"

    /// As files, by name.
    package static var files: [SourceFile] {
        [
            file("aws-cloudwatch-exporter", PackageResources.aws_cloudwatch_exporter_yml),
            file("aws-state", PackageResources.aws_state_yml), file("aws-yace", PackageResources.aws_yace_yml),
        ]
    }

    package static func file(named name: String) -> SourceFile? { files.first { $0.path == scheme + name } }

    private static func file(_ name: String, _ bytes: [UInt8]) -> SourceFile {
        SourceFile(path: scheme + name, bytes: bytes)
    }
}
