package import Domain

/// A plugin to begin with: it works, finds nothing, and has a test.
package enum PluginTemplate {
    package enum Language: String, CaseIterable, Sendable {
        case sh, python, swift
    }

    package static func isName(_ name: String) -> Bool {
        name.first?.isLowercase == true && name.count <= 60
            && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
    }

    /// Paths from the top of the repository.
    package static func files(name: String, language: Language) -> [SourceFile] {
        let texts: [(String, String, Bool)] =
            switch language {
            case .sh:
                [
                    ("plugin.yml", "command: [./main.sh]\n", false), ("main.sh", sh(name), true),
                    ("test.sh", shTest, true),
                ]
            case .python:
                [
                    ("plugin.yml", "command: [python3, main.py]\n", false), ("main.py", python(name), true),
                    ("test_main.py", pythonTest, false),
                ]
            case .swift: swift(name)
            }
        return texts.map { path, text, isExecutable in
            SourceFile(path: "plugins/\(name)/\(path)", bytes: Array(text.utf8), isExecutable: isExecutable)
        }
    }

    // MARK: sh

    private static func sh(_ name: String) -> String {
        """
        #!/bin/sh
        # One JSON document comes on standard input, one goes to standard output: the protocol sphinx.plugin/1.
        set -eu
        request=$(cat)
        case "$request" in
        *'"action":"describe"'*)
          echo '{"schema": "sphinx.plugin/1", "name": "\(name)", "queries": [{"name": "up", "query": "up"}]}' ;;
        *)
          # Look at "$request", and print an opportunity for each thing that ought to change:
          # {"title": "…", "description": "…", "address": "aws_instance.web"}
          echo '{"schema": "sphinx.plugin/1", "opportunities": []}' ;;
        esac

        """
    }

    private static let shTest = """
        #!/bin/sh
        # The plugin answers both requests with its schema.
        set -eu
        cd "$(dirname "$0")"
        for action in describe analyze; do
          echo "{\\"schema\\":\\"sphinx.plugin/1\\",\\"action\\":\\"$action\\",\\"metrics\\":{},\\"resources\\":[]}" | ./main.sh |
            grep -q '"schema": "sphinx.plugin/1"' || { echo "FAILED $action"; exit 1; }
        done
        echo OK

        """

    // MARK: Python

    private static func python(_ name: String) -> String {
        """
        #!/usr/bin/env python3
        \"\"\"One JSON document comes on standard input, one goes to standard output: the protocol sphinx.plugin/1.\"\"\"

        import json
        import sys


        def describe():
            return {"name": "\(name)", "queries": [{"name": "up", "query": "up", "window": "15m"}]}


        def analyze(request):
            \"\"\"An opportunity for each thing that ought to change.\"\"\"
            opportunities = []
            for series in request["metrics"].get("up", []):
                values = [float(value) for _, value in series["samples"]]
                address = series["labels"].get("terraform_address")
                if address and values and max(values) == 0:
                    opportunities.append({"title": f"{address} is down", "description": "", "address": address})
            return {"opportunities": opportunities}


        def main():
            request = json.load(sys.stdin)
            answer = describe() if request["action"] == "describe" else analyze(request)
            json.dump({"schema": "sphinx.plugin/1", **answer}, sys.stdout)


        if __name__ == "__main__":
            main()

        """
    }

    private static let pythonTest = """
        \"\"\"Run with: python3 -m unittest test_main.py\"\"\"

        import unittest

        import main


        class AnalyzeTest(unittest.TestCase):
            def found(self, *values):
                samples = [[60 * index, value] for index, value in enumerate(values)]
                series = {"labels": {"terraform_address": "aws_instance.web"}, "samples": samples}
                return main.analyze({"metrics": {"up": [series]}})["opportunities"]

            def test_down_for_the_whole_window(self):
                self.assertEqual([each["address"] for each in self.found(0, 0)], ["aws_instance.web"])

            def test_up_once(self):
                self.assertEqual(self.found(0, 1), [])

            def test_describes_itself(self):
                self.assertEqual(main.describe()["queries"][0]["query"], "up")


        if __name__ == "__main__":
            unittest.main()

        """

    // MARK: Swift

    private static func swift(_ name: String) -> [(String, String, Bool)] {
        let type = name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return [
            (
                "plugin.yml",
                "# swift build -c release, and the program goes to a folder of Sphinx's PATH.\ncommand: [\(name)]\n",
                false
            ),
            ("Package.swift", package(name, type), false),
            ("Sources/\(type)/\(type).swift", program(name, type), false),
            ("Tests/\(type)Tests/\(type)Tests.swift", test(type), false),
        ]
    }

    private static func package(_ name: String, _ type: String) -> String {
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: "\(name)",
            platforms: [.macOS(.v15)],
            products: [.executable(name: "\(name)", targets: ["\(type)"])],
            // The package that Sphinx is built from; its product SphinxPlugin depends on nothing else.
            dependencies: [.package(name: "sphinx", path: "../../../sphinx")],
            targets: [
                .executableTarget(name: "\(type)", dependencies: [.product(name: "SphinxPlugin", package: "sphinx")]),
                .testTarget(name: "\(type)Tests", dependencies: ["\(type)"]),
            ]
        )

        """
    }

    private static func program(_ name: String, _ type: String) -> String {
        """
        import SphinxPlugin

        @main
        struct \(type): Plugin {
            var name: String { "\(name)" }
            var queries: [Query] { [Query(name: "up", query: "up", window: "15m")] }

            /// An opportunity for each thing that ought to change.
            func analyze(_ input: Input) -> [Opportunity] {
                (input.metrics["up"] ?? []).compactMap { series in
                    guard let address = series.labels["terraform_address"], !series.samples.isEmpty,
                        series.samples.allSatisfy({ $0.value == 0 })
                    else { return nil }
                    return Opportunity(title: "\\(address) is down", description: "", address: address)
                }
            }
        }

        """
    }

    private static func test(_ type: String) -> String {
        """
        import SphinxPlugin
        import Testing

        @testable import \(type)

        @Test(arguments: [([0.0, 0.0], 1), ([0, 1], 0), ([], 0)])
        func downForTheWholeWindow(values: [Double], count: Int) {
            let samples = values.enumerated().map { Sample(time: Double($0.offset), value: $0.element) }
            let series = Series(labels: ["terraform_address": "aws_instance.web"], samples: samples)
            #expect(\(type)().analyze(Input(at: "", metrics: ["up": [series]])).count == count)
        }

        """
    }
}
