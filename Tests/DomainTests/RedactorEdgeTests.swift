import Domain
import Testing

@Suite("The redactor at its edges")
struct RedactorEdgeTests {
    @Test(
        "values under telling names, in every way of assigning",
        arguments: [
            ("password=", "password="), ("password=abc", "password=abc"), ("password=abcd", "password=(redacted)"),
            ("password: abcdef", "password: abcdef"), ("password: abc123", "password: (redacted)"),
            ("password = abc123", "password = (redacted)"), ("password =abc123", "password =(redacted)"),
            ("password\t=\t\"x\"", "password\t=\t\"(redacted)\""), ("'password' = 'x'", "'password' = '(redacted)'"),
            ("password = \"\"", "password = \"\""), ("password = \"open\nnext", "password = \"(redacted)\nnext"),
            ("password = 'a\"b'", "password = '(redacted)'"),
            ("token = \"a\" -> \"b\" -> \"c\"", "token = \"(redacted)\" -> \"(redacted)\" -> \"c\""),
            ("token = (known after apply)", "token = (known after apply)"), ("= x", "= x"),
            ("\"\" = \"x\"", "\"\" = \"x\""),
            ("a.password: abc123,b", "a.password: (redacted),b"), ("password=abcd&x=1", "password=(redacted)&x=1"),
            ("password=${var.x}", "password=${var.x}"), ("password = each.value.p1", "password = each.value.p1"),
            ("password = \"${a}${b}\"", "password = \"(redacted)\""), ("pässword=abcd", "pässword=abcd"),
            ("the_token_ttl = \"12h\"", "the_token_ttl = \"12h\""), ("secret_hash = \"abc\"", "secret_hash = \"abc\""),
            ("password_hash = \"abc\"", "password_hash = \"(redacted)\""),
        ])
    func assignments(text: String, expected: String) {
        let redactor = Redactor(rules: .names)
        #expect(redactor.redact(text) == expected && redactor.redact(expected) == expected)
    }

    @Test(
        "heredocs end at their word, and hold no secret where they hold nothing",
        arguments: [
            ("token = <<E\nE\nx", "token = <<E\nE\nx"),
            ("token = <<E\n\n a\n\nE\n", "token = <<E\n\n (redacted)\n\nE\n"),
            ("token = <<~E!\na\nE!\n", "token = <<~E!\na\nE!\n"),
            ("token = <<E\na\n  E\nb", "token = <<E\n(redacted)\n  E\nb"),
            ("size = <<E\na\nE", "size = <<E\na\nE"), ("token = <<E", "token = <<E"),
            ("token = <<E\na", "token = <<E\n(redacted)"),
        ])
    func heredocs(text: String, expected: String) {
        #expect(Redactor(rules: .names).redact(text) == expected)
    }

    @Test(
        "keys and tokens that are cut or that follow one another",
        arguments: [
            ("-----BEGIN PRIVATE KEY-----", "(redacted)"),
            ("-----BEGIN PUBLIC KEY-----\nab\n", "-----BEGIN PUBLIC KEY-----\nab\n"),
            (
                "-----BEGIN PRIVATE KEY-----\nab\n-----END PRIVATE KEY-----\nx: 1\n-----BEGIN EC PRIVATE KEY-----\ncd\n-----END EC PRIVATE KEY-----",
                "(redacted)\nx: 1\n(redacted)"
            ),
            ("eyJhbGciOiJI.eyJzdWIiOiIx", "(redacted)"), ("eyJhbGciOiJI.short", "eyJhbGciOiJI.short"),
            ("eyJ.eyJ.x", "eyJ.eyJ.x"),
            (
                "eyJhbGciOiJI.eyJzdWIiOiIx.sig eyJhbGciOiJJ.eyJzdWIiOiIy.sig", "(redacted) (redacted)"
            ),
            ("xeyJhbGciOiJI.eyJzdWIiOiIx", "xeyJhbGciOiJI.eyJzdWIiOiIx"),
            ("AKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7EXAMPLE", "(redacted) (redacted)"),
            ("AKIAIOSFODNN7EXAMPL", "AKIAIOSFODNN7EXAMPL"),
            ("https://u:p@h/ https://u2:p2@h2", "https://(redacted)@h/ https://(redacted)@h2"),
            ("https://@h", "https://@h"),
            ("ssh://git@h", "ssh://git@h"), ("ssh://git:pw@h", "ssh://(redacted)@h"), ("Bearer short", "Bearer short"),
            ("Bearer abcdefgh1", "Bearer (redacted)"), ("Basic YWJj", "Basic YWJj"), ("Basic YTpi", "Basic (redacted)"),
        ])
    func envelopes(text: String, expected: String) {
        #expect(Redactor(rules: .formats).redact(text) == expected)
    }

    @Test("rules are looked for only where they are asked for")
    func rules() {
        let text = "password = \"hunter2\" AKIAIOSFODNN7EXAMPLE q8Zr2vXk9LmNp3Tt7YwBc5Df1Gh4Jj6Ks0"
        let found = { (rules: Redactor.Rules) in Redactor(rules: rules).redact(text).ranges(of: "(redacted)").count }
        #expect(Redactor(rules: []).redact(text) == text)
        #expect(found(.names) == 1 && found(.formats) == 1 && found(.words) == 1)
        #expect(Redactor().with(.names).redact(text) == Redactor(rules: .names).redact(text))
        #expect(Redactor(rules: .all).redact(text) == "password = \"(redacted)\" (redacted) (redacted)")
    }

    @Test("a document's names tell below themselves, but for what is about them")
    func standing() {
        let value = JSONValue.object([
            "secret": .object(["id": .string("i"), "value": .string("v"), "inner": .object(["deep": .string("d")])]),
            "token_hash": .array([.string("q8Zr2vXk9LmNp3Tt7YwBc5Df1Gh4")]), "tokens": .array([.string("a"), .null]),
        ])
        #expect(
            Redactor().redact(value).canonical
                == "{\"secret\":{\"id\":\"i\",\"inner\":{\"deep\":\"(redacted)\"},\"value\":\"(redacted)\"},"
                + "\"token_hash\":[\"q8Zr2vXk9LmNp3Tt7YwBc5Df1Gh4\"],\"tokens\":[\"(redacted)\",null]}")
        #expect(Redactor.isUnusual("abc-12") && !Redactor.isUnusual("changeme") && !Redactor.isUnusual("a-1"))
    }
}
