// swift-tools-version: 6.2
import PackageDescription

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "sphinx",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "sphinx", targets: ["sphinx"]),
        .executable(name: "sphinx-ebs-gp2-to-gp3", targets: ["EBSGp2ToGp3"]),
        .library(name: "SphinxPlugin", targets: ["SphinxPlugin"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // Core: values and decisions. No I/O, no C library, no clock, no chance.
        core("Domain", hashesWith: crypto),
        core("TerraformLanguage", needs: ["Domain"]),
        core("Analysis", needs: ["Domain"]),
        core("Reports", needs: ["Domain"]),
        core("RuleLibrary", needs: ["Domain"], embeds: ["aws-cloudwatch-exporter", "aws-state", "aws-yace"]),
        core("Reconciliation", needs: ["Domain", "Analysis", "Reports", "RuleLibrary", "TerraformLanguage"]),

        // Toolkits: know a protocol or a system call, and no domain.
        toolkit("ChildProcess", wraps: subprocess),
        toolkit("HTTPClient", wraps: "CCurl"),

        // Adapters: each knows the Domain and the one outside system that it wraps, never another adapter.
        adapter("GitAdapter", wraps: "CGit2", reachesNetworkThrough: "ChildProcess"),
        adapter("HistoryAdapter", wraps: grdb),
        adapter("RulesFileAdapter", wraps: "CYAML"),
        adapter("PrometheusAdapter", wraps: "HTTPClient"),
        adapter("GeminiAdapter", wraps: "HTTPClient"),
        adapter("TerraformAdapter", wraps: "ChildProcess"),
        adapter("PluginAdapter", wraps: "ChildProcess"),
        adapter("SignatureAdapter", wraps: "ChildProcess"),
        adapter("RuleTestAdapter", wraps: "ChildProcess", reachesNetworkThrough: "HTTPClient"),

        // The command line: the only target that knows every adapter.
        command(
            "sphinx",
            core: ["Domain", "Analysis", "Reports", "RuleLibrary", "Reconciliation"],
            adapters: [
                "GitAdapter", "HistoryAdapter", "RulesFileAdapter", "PrometheusAdapter", "GeminiAdapter",
                "TerraformAdapter", "PluginAdapter", "SignatureAdapter", "RuleTestAdapter",
            ],
            toolkits: ["ChildProcess", "HTTPClient"],
            libraries: [argumentParser, logging]),

        // For plugins in Swift: a library that knows the protocol alone, and the one that is shipped.
        pluginLibrary("SphinxPlugin"),
        plugin("EBSGp2ToGp3", on: "SphinxPlugin"),

        // C libraries of the system, found with pkg-config.
        library("CGit2", pkgConfig: "libgit2", package: "libgit2-dev"),
        library("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
        library("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),

        // Tests: twins, contracts and real servers first, then one target for each target above.
        testSupport("TestSupport"),
        tests(of: "Domain"),
        tests(of: "TerraformLanguage"),
        tests(of: "Analysis"),
        tests(of: "Reports", comparesWithFiles: true),
        tests(of: "Reconciliation", and: ["Analysis", "TerraformLanguage", "Reports"], comparesWithFiles: true),
        tests(of: "RuleLibrary", and: ["Analysis", "Reports", "RulesFileAdapter", "PrometheusAdapter"]),
        tests(of: "ChildProcess"),
        tests(of: "HTTPClient"),
        tests(of: "GitAdapter", and: ["ChildProcess"]),
        tests(of: "HistoryAdapter", uses: [grdb]),
        tests(of: "RulesFileAdapter"),
        tests(of: "PrometheusAdapter", and: ["HTTPClient", "Analysis"]),
        tests(of: "GeminiAdapter", and: ["HTTPClient"]),
        tests(of: "TerraformAdapter", and: ["ChildProcess"]),
        tests(of: "SignatureAdapter", and: ["ChildProcess", "GitAdapter"]),
        tests(of: "RuleTestAdapter", and: ["HTTPClient"]),
        tests(
            of: "PluginAdapter",
            and: ["ChildProcess", "RulesFileAdapter", "Reconciliation", "SphinxPlugin", "EBSGp2ToGp3"],
            reads: "Earlier"),
        tests(
            of: "sphinx",
            and: [
                "Reconciliation", "Reports", "Analysis", "ChildProcess", "GitAdapter", "HistoryAdapter",
                "RulesFileAdapter", "TerraformAdapter", "PrometheusAdapter", "GeminiAdapter", "PluginAdapter",
                "HTTPClient", "SignatureAdapter",
            ], uses: [grdb], reads: "HostileAnswers"),
    ],
    swiftLanguageModes: [.v6]
)

// Only for `.ci/fuzz`: their entry point is libFuzzer's.
if Context.environment["SPHINX_FUZZ"] != nil {
    package.targets += [
        fuzzing("FuzzRules", of: "RulesFileAdapter", in: "Rules"),
        fuzzing("FuzzMatrix", of: "PrometheusAdapter", in: "Matrix"),
        fuzzing("FuzzHcl", of: "TerraformLanguage", in: "Hcl"),
    ]
}

// Each helper's parameters are the arrows that its ring may have; a wrong arrow has no parameter to stand in.

func core(
    _ name: String, needs: [String] = [], hashesWith hash: Target.Dependency? = nil, embeds rules: [String] = []
) -> Target {
    .target(
        name: name, dependencies: needs.map { .target(name: $0) } + (hash.map { [$0] } ?? []),
        path: "Sources/Core/\(name)", resources: rules.map { .embedInCode("Rules/\($0).yml") },
        swiftSettings: [.strictMemorySafety()])
}

func toolkit(_ name: String, wraps library: Target.Dependency) -> Target {
    .target(name: name, dependencies: [library], path: "Sources/Toolkits/\(name)")
}

func adapter(
    _ name: String, wraps outside: Target.Dependency, reachesNetworkThrough toolkit: Target.Dependency? = nil
) -> Target {
    .target(
        name: name, dependencies: ["Domain", outside] + (toolkit.map { [$0] } ?? []), path: "Sources/Adapters/\(name)")
}

func pluginLibrary(_ name: String) -> Target { .target(name: name, path: "Sources/\(name)") }

func plugin(_ name: String, on library: String) -> Target {
    .executableTarget(name: name, dependencies: [.target(name: library)], path: "Sources/Plugins/\(name)")
}

func library(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

func command(
    _ name: String, core: [String], adapters: [String], toolkits: [String], libraries: [Target.Dependency]
) -> Target {
    .executableTarget(
        name: name, dependencies: (core + adapters + toolkits).map { .target(name: $0) } + libraries,
        path: "Sources/\(name)",
        // Places at which tests stop the process; what is shipped has none.
        swiftSettings: [.define("FAULT_POINTS", .when(configuration: .debug))])
}

func testSupport(_ name: String) -> Target {
    .target(name: name, dependencies: ["Domain", "ChildProcess"], path: "Tests/\(name)")
}

func fuzzing(_ name: String, of reader: String, in folder: String) -> Target {
    .executableTarget(
        name: name, dependencies: ["Domain", .target(name: reader)], path: "Tests/Fuzzing/\(folder)",
        // The standard linker does not survive the sanitizer's runtime.
        linkerSettings: [.unsafeFlags(["-use-ld=lld"])])
}

func tests(
    of name: String, and others: [String] = [], uses libraries: [Target.Dependency] = [],
    comparesWithFiles: Bool = false, reads folder: String? = nil
) -> Target {
    .testTarget(
        name: "\(name == "sphinx" ? "Sphinx" : name)Tests",
        dependencies: ([name, "Domain", "TestSupport"] + others).reduce(into: []) { all, next in
            if !all.contains(where: { $0 == next }) { all.append(next) }
        }.map { .target(name: $0) } + libraries,
        path: "Tests/\(name == "sphinx" ? "Sphinx" : name)Tests",
        exclude: (comparesWithFiles ? ["Goldens"] : []) + (folder.map { [$0] } ?? []),
        // What is tested is optimised then; the tests themselves would take most of the build's time.
        swiftSettings: [.unsafeFlags(["-Onone"], .when(configuration: .release))])
}

// Strictness, for every Swift target of this package.
for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .treatAllWarnings(as: .error),
            // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
            .enableUpcomingFeature("ExistentialAny"),
            // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
            .enableUpcomingFeature("MemberImportVisibility"),
            // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
            .enableUpcomingFeature("InternalImportsByDefault"),
            // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        ]
}
