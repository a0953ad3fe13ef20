import Domain
import Testing

@Suite("Texts that are made to be slow")
struct HostileSecretTests {
    /// If each beginning of a secret were followed to the text's end, these would take hours.
    @Test(
        "a text that is all beginnings of secrets is read in one go",
        arguments: [
            "token=", "token=<<", "token: x-", "eyJ-", "AIza-", "xoxb-", "-----BEGIN PRIVATE KEY-----\n",
            "-----BEGIN CERTIFICATE-----\n",
            "Bearer-", "://", "token = \"", "token = <<E\n", "\\\"token\\\": \\\"", "sk_live_", "ghp_", "{", "%41",
            "password:\\'",
        ])
    func beginnings(beginning: String) {
        let text = String(repeating: beginning, count: 40_000 / beginning.utf8.count)
        let told = Redactor(secrets: ["hunter22"]).redact("\(text) hunter22")
        #expect(!told.contains("hunter22") && told.contains("(redacted)"))
    }
}
