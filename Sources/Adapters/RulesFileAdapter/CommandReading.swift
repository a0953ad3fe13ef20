import Domain

extension MapReading {
    /// `command`: a program and its arguments; `example` is what the hint shows.
    func command(like example: String) -> [String] {
        let words = list("command").compactMap { node -> String? in
            if node.text?.isEmpty ?? true { reading.refuse("'command' holds \(node.kind); a word is needed", at: node) }
            return node.text
        }
        // A misspelt key was told already, and is most likely this one.
        if words.isEmpty, reading.problems.isEmpty {
            reading.refuse(
                "'command' is missing", hint: "write the program and its arguments, like \(example)",
                at: self["command"] ?? node)
        }
        return words
    }

    /// `timeout`, in seconds.
    func timeout(standard: Double) -> Double {
        guard let seconds = duration("timeout"), let node = self["timeout"] else { return standard }
        if seconds < 1 || seconds > 600 {
            reading.refuse("'timeout' is '\(node.text ?? "")'", hint: "write 1s to 10m", at: node)
        }
        return seconds
    }
}
