import Domain
import Foundation
import TerraformLanguage

/// Finds secrets in what a person wrote: the words go to a model, into a commit and into the history.
enum SecretWords {
    /// The problem with a text that holds what looks like a secret; the secret is not in it.
    static func problem(in text: String, of what: String) -> Problem? {
        guard text.split(whereSeparator: \.isWhitespace).contains(where: { looksSecret(String($0)) }) else {
            return nil
        }
        return Problem(
            .needsPerson, "\(what) holds what looks like a secret",
            hint: "leave it out, and give it to Terraform as a sensitive variable")
    }

    /// As files are looked at before they are sent.
    private static func looksSecret(_ word: String) -> Bool {
        let plain = word.trimmingCharacters(in: CharacterSet(charactersIn: "\"'`.,;:!?()[]{}<>"))
        let file = SourceFile(path: "words.tf", text: "locals {\n  word = \(Literal.string(plain).source)\n}\n")
        return PromptRedaction(files: [file]).redacted != [file]
    }
}
