/// Names that Kubernetes makes for pods.
///
/// A deployment's pod is NAME-HASH-SUFFIX, a stateful set's NAME-ORDINAL, a daemon set's NAME-SUFFIX; suffixes are of
/// consonants and digits without 0, 1 and 3
/// (https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go).
enum PodName {
    private static let alphabet = Set("bcdfghjklmnpqrstvwxz2456789")

    /// The name of what made the pod; the pod's own where it has none of the forms.
    static func workload(of pod: String) -> String {
        var parts = pod.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count > 1, let last = parts.last else { return pod }
        if !last.isEmpty, last.allSatisfy(\.isNumber) { return parts.dropLast().joined(separator: "-") }
        guard isMade(last, 5...5) else { return pod }
        parts.removeLast()
        if parts.count > 1, let hash = parts.last, isMade(hash, 6...10), hash.contains(where: \.isNumber) {
            parts.removeLast()
        }
        return parts.joined(separator: "-")
    }

    private static func isMade(_ text: Substring, _ length: ClosedRange<Int>) -> Bool {
        length.contains(text.count) && text.allSatisfy(alphabet.contains)
    }
}
