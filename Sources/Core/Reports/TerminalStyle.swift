/// Whether a terminal is shown colours; what they say is also said in words.
package enum TerminalStyle: Sendable {
    case plain, coloured

    func heading(_ text: String) -> String { sequence("1", text) }
    func warning(_ text: String) -> String { sequence("1;31", text) }
    func quote(_ text: String) -> String { sequence("33", text) }

    /// A line of a difference or of a plan.
    func difference(_ line: String) -> String {
        switch line.drop(while: { $0 == " " }).first {
        case "+": sequence("32", line)
        case "-": sequence("31", line)
        case "~": sequence("33", line)
        default: line
        }
    }

    private func sequence(_ code: String, _ text: String) -> String {
        self == .plain || text.isEmpty ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
