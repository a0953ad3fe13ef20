import Domain

/// Reads errors as Terraform prints them for people, wrapped at 78 columns.
///
///     Error: Unsupported argument
///
///       on main.tf line 2, in resource "terraform_data" "a":
///        2:   inpt = 1
///
///     An argument named "inpt" is not expected here.
enum PlainDiagnostics {
    static func all(in text: String) -> [Diagnostic] {
        var blocks: [[Substring]] = []
        var isInError = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(withoutBox) {
            if line.hasPrefix("Error: ") || line.hasPrefix("Warning: ") {
                isInError = line.hasPrefix("Error: ")
                if isInError { blocks.append([]) }
            }
            if isInError { blocks[blocks.count - 1].append(line) }
        }
        return blocks.map(diagnostic)
    }

    /// Boxes are drawn around diagnostics on a terminal.
    private static func withoutBox(_ line: Substring) -> Substring {
        guard let first = line.first, "│╷╵".contains(first) else { return line }
        let rest = line.dropFirst()
        return rest.first == " " ? rest.dropFirst() : rest
    }

    private static func diagnostic(_ lines: [Substring]) -> Diagnostic {
        let summary = String(lines[0].dropFirst("Error: ".count))
        let body = lines.dropFirst().drop { $0.isEmpty }
        // The lines of code may hold what no error should repeat.
        let isPlaced = body.first.map { $0.hasPrefix("  on ") || $0.hasPrefix("  with ") } ?? false
        let head = isPlaced ? body.prefix { !$0.isEmpty } : []
        let place = head.lazy.compactMap(place).first
        return Diagnostic(
            summary: summary, detail: unwrapped(body.dropFirst(head.count)),
            file: place?.file, line: place?.line)
    }

    // `  on FILE line NUMBER, in …:`
    private static func place(_ line: Substring) -> (file: String, line: Int)? {
        guard line.hasPrefix("  on "), let word = line.ranges(of: " line ").last else { return nil }
        let file = line[..<word.lowerBound].dropFirst("  on ".count)
        return Int(line[word.upperBound...].prefix { $0.isNumber }).map { (String(file), $0) }
    }

    /// Lines of one paragraph belong together; those that begin with a space stand alone.
    private static func unwrapped(_ lines: ArraySlice<Substring>) -> String {
        var result: [String] = []
        var isOpen = false
        for line in lines {
            let standsAlone = line.isEmpty || line.first == " "
            if isOpen, !standsAlone {
                result[result.count - 1] += " \(line)"
            } else if !line.isEmpty {
                result.append(String(line))
            }
            isOpen = !standsAlone
        }
        return result.joined(separator: "\n").trimmed
    }
}
