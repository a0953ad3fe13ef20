/// What the name of an attribute, a label, a variable or a setting tells of its value.
package enum SensitiveName {
    /// Of a name's parts, whole: `db_password`, `adminPassword`, `API_TOKEN`.
    private static let words: Set<String> = [
        "password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "credentials", "apikey",
        "accesskey", "secretkey", "privatekey", "userdata", "customdata", "connectionstring", "htpasswd", "kubeconfig",
    ]
    /// Also where nothing divides them from the word before: `dbpassword`, `authtoken`.
    private static let endings = ["password", "passwd", "passphrase", "secret", "token", "apikey"]
    private static let pairs: Set<[String]> = [
        ["private", "key"], ["api", "key"], ["access", "key"], ["secret", "key"], ["signing", "key"],
        ["encryption", "key"], ["account", "key"], ["shared", "key"], ["master", "key"], ["storage", "key"],
        ["license", "key"], ["auth", "key"], ["connection", "string"], ["user", "data"], ["custom", "data"],
        ["basic", "auth"],
    ]
    /// As a name's last part they say that the value is about a secret, and none itself: `secret_arn`, `token_ttl`.
    private static let about: Set<String> = [
        "id", "ids", "arn", "arns", "name", "names", "length", "ttl", "type", "version", "versions", "enabled",
        "expiry", "expiration", "expires", "days", "hours", "minutes", "seconds", "age", "policy", "policies",
        "rotation", "path", "file", "files", "ref", "reference", "count", "size", "format", "algorithm", "url", "uri",
        "endpoint", "prefix", "suffix", "description", "status", "state", "mode", "method", "required", "source",
        "provider", "period", "window", "strategy", "updated", "changed", "created", "at", "date", "kind", "change",
    ]
    private static let digests: Set<String> = [
        "hash", "sha", "sha1", "sha256", "sha512", "md5", "checksum", "digest", "fingerprint", "etag", "integrity",
    ]

    package static func matches(_ name: some StringProtocol) -> Bool {
        let parts = parts(of: name)
        guard let last = parts.last, !about.contains(last) else { return false }
        if digests.contains(last) { return parts.contains("password") }
        return parts.contains(where: isWord) || zip(parts, parts.dropFirst()).contains { pairs.contains([$0, $1]) }
    }

    /// A name that ends with the word, as in prose only that is sure to be a name.
    static func matchesAtEnd(_ name: some StringProtocol) -> Bool {
        let parts = parts(of: name)
        return parts.last.map(isWord) == true || pairs.contains(Array(parts.suffix(2)))
    }

    static func isAbout(_ name: String) -> Bool { parts(of: name).last.map(about.contains) ?? false }
    static func isDigest(_ name: some StringProtocol) -> Bool { parts(of: name).last.map(digests.contains) ?? false }

    /// Nothing, a mark, a reference, or the name of a place where the secret is kept.
    static func isHarmless(value: String) -> Bool {
        harmlessWords.contains(value) || harmlessStarts.contains { value.hasPrefix($0) }
            || (value.hasPrefix("${") && value.firstIndex(of: "}") == value.index(before: value.endIndex))
    }

    private static let harmlessWords: Set<String> = ["", "true", "false", "null"]
    private static let harmlessStarts = [
        "(redacted", "(sensitive", "(known after", "<redacted>", "arn:", "projects/",
    ]

    private static func isWord(_ part: String) -> Bool {
        words.contains(part) || endings.contains { part.hasSuffix($0) }
    }

    /// In lower case, divided at signs and at the humps of camel case, in the singular.
    private static func parts(of name: some StringProtocol) -> [String] {
        var parts: [String] = []
        var current = ""
        var previous: Character = "_"
        let characters = Array(name)
        for (index, character) in characters.enumerated() {
            let isSign = !character.isLetter && !character.isNumber
            let next = index + 1 < characters.count ? characters[index + 1] : "_"
            let isHump = character.isUppercase && (!previous.isUppercase || next.isLowercase)
            if (isSign || isHump), !current.isEmpty {
                parts.append(current)
                current = ""
            }
            if !isSign { current += character.lowercased() }
            previous = character
        }
        if !current.isEmpty { parts.append(current) }
        return parts.map(singular)
    }

    /// Without a number at the end, as of `password2`.
    private static func singular(_ numbered: String) -> String {
        let part = String(numbered.reversed().drop(while: \.isNumber).reversed())
        if part.isEmpty { return numbered }
        let one = part.dropLast()
        return part.hasSuffix("s") && (one.hasSuffix("key") || endings.contains { one.hasSuffix($0) })
            ? String(one) : part
    }
}
