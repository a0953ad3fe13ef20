/// Finds what a person probably meant to write.
package enum Spelling {
    /// The closest word at an edit distance below 4 and at most half of the word's length; nil where none is close.
    package static func nearest(to word: String, among known: some Sequence<String>) -> String? {
        let length = word.count
        // Lengths that differ by more are no nearer, and a word may be as long as a file.
        return known.filter { abs($0.count - length) < 4 }.map { (word: $0, distance: distance(word, $0)) }
            .filter { $0.distance < 4 && $0.distance * 2 <= length }
            .min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
    }

    /// Levenshtein's distance: the number of inserted, deleted and replaced characters.
    package static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let cost = diagonal + (character == right[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(cost, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
