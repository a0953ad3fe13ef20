import Domain

extension MapReading {
    /// `command`: a program and its arguments; `example` is what the hint shows.
    func command(like example: String) -> [String] {
        if lacks("command") {
            reading.refuse(
                "'command' is missing", hint: "write the program and its arguments, like \(example)",
                at: self["command"] ?? node)
        }
        return list("command").compactMap { node in
            guard let word = node.text, !word.isEmpty else {
                let found = node.text == nil || node.isNull ? node.kind : "an empty text"
                reading.refuse("'command' holds \(found); a word is needed", at: node)
                return nil
            }
            return word
        }
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
