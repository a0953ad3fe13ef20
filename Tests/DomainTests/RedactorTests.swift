import Domain
import Foundation
import TestSupport
import Testing

@Suite("The redactor")
struct RedactorTests {
    private static let all = Redactor()

    // MARK: What has to stay

    /// Figures, names and ids that reviewers need; none of them may look like a secret.
    static let mustStay = [
        // Plans
        "Plan: 1 to add, 2 to change, 0 to destroy.", "0 to add, 1 to change, 0 to destroy, 2 outputs to change",
        "  ~ instance_type = \"m5.2xlarge\" -> \"m5.large\"", "  ~ size          = 200 -> 100",
        "  # aws_db_instance.primary will be updated in-place", "  ~ password = (sensitive value)",
        "      + token = (known after apply)", "Apply complete! Resources: 0 added, 1 changed, 0 destroyed.",
        "  + password_policy = \"strict\"", "  ~ token_ttl = \"24h\" -> \"12h\"", "secret_name = \"prod/db/password\"",
        "kms_key_id = \"alias/aws/rds\"", "max_tokens = 4096", "manage_master_user_password = true",
        "secret = \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf\"",
        "-/+ resource \"aws_instance\" \"web\" { # forces replacement",
        // Addresses and code
        "module.db[\"eu-west-1\"].aws_instance.web[0]", "password = var.db_password",
        "password = random_password.db1.result", "password = data.vault_generic_secret.db1.data[\"password\"]",
        "password = \"${var.db_password}\"", "resource \"aws_secretsmanager_secret_version\" \"db\" {",
        "sphinx/prod/db/idle-machine-48bceb87d5", "refs/sphinx/applied/48bceb87d5/0a1b2c3d4e5f",
        // Ids of clouds
        "i-0db00000000000001", "vol-0a1b2c3d4e5f67890", "ami-0abcdef1234567890", "eni-0f1e2d3c4b5a69788",
        "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/my-alb/50dc6c495c0c9188",
        "AROAEXAMPLEID12345678", "AIDACKCEVSQ6C2EXAMPLE", "Z2FDTNDATAQYW2", "E2QWRUHAPOMQZL", "eu-west-1_AbCdEfGhI",
        "MyStack-WebServerGroup-1X2Y3Z4ABCDEF", "CdkStack-LambdaFunctionServiceRole1A2B3C4D-9Z8Y7X6W5V4U",
        "S3BucketPolicyForCloudFrontOriginAccessIdentityE2QWRUHAPOMQZL", "AmazonEC2ContainerServiceforEC2Role",
        "projects/my-project-123456/locations/europe-west1/keyRings/MyKeyRing1/cryptoKeys/MyKey2",
        "/subscriptions/5b3d0f4a-9c1e-4f63-a2b7-0d8e6c5f4a3b/resourceGroups/Prod01/providers/Microsoft.Compute/virtualMachines/Web01",
        "web-7d4b9c6f5-x2x1z", "gke-Cluster1-DefaultPool-3f2a1b4c-x9z8", "ELBSecurityPolicy-TLS13-1-2-2021-06",
        // Numbers, addresses, times
        "10.0.0.0/16", "2001:db8:85a3::8a2e:370:7334", "192.168.1.1:8080", "123456789012", "2026-11-24T12:00:00Z",
        "http://127.0.0.1:9090/api/v1/query", "ssh://git@example.com/infra.git", "git@github.com:org/infra.git",
        "postgres://db.example.com:5432/app", "sphinx@localhost",
        // Digests and other public randomness
        "48bceb87d5", "97dfbed0c2a1f4e5d6b7a8c9d0e1f2a3b4c5d6e7", "5b3d0f4a-9c1e-4f63-a2b7-0d8e6c5f4a3b",
        "/tmp/kept/prod-web-5B3D0F4A-9C1E-4F63-A2B7-0D8E6C5F4A3B.apply.log",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "h1:EJSfhW4WIMpA44moXHXwgzyrxhA4bBxl/VSBu6NFRrk=", "source_code_hash = \"EJSfhW4WIMpA44moXHXwgzyrxhA4bBxl=\"",
        "\"etag\": \"EJSfhW4WIMpA44moXHXwgzyrxhA4bBxl\"", "sha512-EJSfhW4WIMpA44moXHXwgzyrxhA4bBxlVSBu6NFRrk",
        "SHA256:EJSfhW4WIMpA44moXHXwgzyrxhA4bBxlVSBu6NFRrk",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
        "-----BEGIN CERTIFICATE-----\nMIIDXTCCAkWgAwIBAgIJAKL0UG+mRKSzMA0GCSqGSIb3DQEBCwUAMEUxCzAJBgNV\n-----END CERTIFICATE-----",
        // Sentences
        "check SPHINX_GIT_TOKEN, or the credentials that git itself uses here",
        "the token: it was refused", "write it like X-Scope-OrgID=team-a", "Basic authentication is off",
        "rules.yml:12:7: unknown key 'treshold'; did you mean 'threshold'?", "Bearer of the message",
        "prod/secrets: another process holds the state's lock (ann@host, since 2026-11-24T12:00:00Z)",
        "(redacted)", "password = \"(redacted)\"", "{\"password\":\"(sensitive value)\"}",
    ]

    @Test("figures, ids, digests, addresses and sentences stay as they are", arguments: mustStay)
    func stays(text: String) {
        #expect(Self.all.redact(text) == text)
        #expect(Self.all.redact(JSONValue.object(["text": .string(text)])) == .object(["text": .string(text)]))
    }

    // MARK: Formats

    static let formats = [
        ("AKIAIOSFODNN7EXAMPLE", "(redacted)"), ("id=ASIAIOSFODNN7EXAMPLE.", "id=(redacted)."),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "(redacted)"),
        ("remote: ghs_0123456789abcdefghijABCDEFGHIJ012345 is expired", "remote: (redacted) is expired"),
        ("github_pat_11ABCDEFG0123456789_abcdef", "(redacted)"), ("glpat-0a1B2c3D4e5F6g7H8i9J", "(redacted)"),
        ("AIzaSyA0123456789abcdefghijklmnopqrstuv", "(redacted)"),
        ("AQ.Ab8RN6I0123456789abcdefghijklmnop", "(redacted)"), ("xoxb-123456789012-abcdefABCDEF", "(redacted)"),
        ("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX", "(redacted)"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "(redacted)"),
        ("hvs.CAESIJ0123456789abcdefghij", "(redacted)"), ("sk_live_0123456789abcdef", "(redacted)"),
        ("postgres://app:hunter2@db.example.com:5432/app", "postgres://(redacted)@db.example.com:5432/app"),
        ("fatal: https://robot@host/x.git", "fatal: https://(redacted)@host/x.git"),
        ("Authorization: Bearer abcdefgh-0123456789", "Authorization: Bearer (redacted)"),
        ("authorization: Basic dXNlcjpwYXNz", "authorization: Basic (redacted)"),
        (
            "a -----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc=\n-----END RSA PRIVATE KEY----- b",
            "a (redacted) b"
        ),
        ("{\"k\":\"-----BEGIN PRIVATE KEY-----\\nMIIE\\n\"}", "{\"k\":\"(redacted)\"}"),
        ("line\\nghp_0123456789abcdefghijABCDEFGHIJ012345\\n", "line\\n(redacted)\\n"),
        ("AKIAIOSFODNN7EXAMPLES", "AKIAIOSFODNN7EXAMPLES"),
    ]

    @Test("tokens are known by their formats, wherever they stand", arguments: formats)
    func format(text: String, expected: String) {
        #expect(Redactor(rules: .formats).redact(text) == expected)
        #expect(Self.all.redact(Self.all.redact(text)) == Self.all.redact(text))
    }

    // MARK: Names

    static let assignments = [
        ("password = \"hunter2\"", "password = \"(redacted)\""),
        ("  ~ db_password = \"old\" -> \"new\"", "  ~ db_password = \"(redacted)\" -> \"(redacted)\""),
        ("\"adminPassword\": \"x y\"", "\"adminPassword\": \"(redacted)\""),
        ("'api-key': 'abc'", "'api-key': '(redacted)'"),
        ("{\\\"token\\\":\\\"a\\\"}", "{\\\"token\\\":\\\"(redacted)\\\"}"),
        ("Server=db;Password=hunter2;Port=1", "Server=db;Password=(redacted);Port=1"),
        ("GET /x?access_token=abcd&b=1", "GET /x?access_token=(redacted)&b=1"),
        ("password: hunter2!", "password: (redacted)"), ("API_TOKEN=abcdef", "API_TOKEN=(redacted)"),
        ("x = \"a\"\nsecret = \"quote \\\" in\"", "x = \"a\"\nsecret = \"(redacted)\""),
        (
            "user_data = <<-EOT\n  #!/bin/sh\n  run\n  EOT\nnext = 1",
            "user_data = <<-EOT\n  (redacted)\n  (redacted)\n  EOT\nnext = 1"
        ),
        ("+user_data = <<EOF\n+run\n@@ -1 +1 @@\n x", "+user_data = <<EOF\n+(redacted)\n@@ -1 +1 @@\n x"),
        (
            "-token = <<E\n+size = 1\n+token  = <<E\n a\n-b\n+c\n E\n d",
            "-token = <<E\n+size = 1\n+token  = <<E\n (redacted)\n-(redacted)\n+(redacted)\n E\n d"
        ),
        (
            "connection_string = \"a\"; private_key = \"b\"",
            "connection_string = \"(redacted)\"; private_key = \"(redacted)\""
        ),
    ]

    @Test("values that are assigned to telling names go", arguments: assignments)
    func assignment(text: String, expected: String) {
        #expect(Redactor(rules: .names).redact(text) == expected)
        #expect(Self.all.redact(expected) == expected)
    }

    @Test(
        "a name tells by its parts, and by its last one whether it means the secret itself",
        arguments: [
            ("password", true), ("db_password", true), ("adminPassword", true), ("PGPASSWORD", true),
            ("MYSQL_PWD", true),
            ("dbpassword1", true), ("master_user_secret", true), ("client-secret", true), ("api_key", true),
            ("apiKey", true), ("APIKey", true), ("access_keys", true), ("user_data", true), ("user_data_base64", true),
            ("private_key_pem", true), ("auth_token", true), ("authtoken", true), ("credentials", true),
            ("connection_string", true), ("input.password", true), ("variable.api_secret.default", true),
            ("password_hash", true), ("secret_arn", false), ("token_ttl", false), ("password_length", false),
            ("secret_name", false), ("kms_key_id", false), ("key_name", false), ("public_key", false), ("key", false),
            ("author", false), ("tokenizer", false), ("source_code_hash", false), ("secret_id", false),
            ("user_data_replace_on_change", false), ("authorization", false), ("certificate_arn", false),
        ])
    func names(name: String, isTelling: Bool) {
        #expect(SensitiveName.matches(name) == isTelling)
    }

    // MARK: Words

    @Test(
        "words that nobody would write go",
        arguments: [
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY", "q8Zr2vXk9LmNp3Tt7YwBc5Df1Gh4Jj6Ks0",
            "Vx7qJ2mPz9KdTr4LwB8nYc3HsFg6", "9bF2-kLq0_xZ7tRv4WnM8sYp3CdJ6hG1",
        ])
    func randomWord(word: String) {
        #expect(Redactor(rules: .words).redact("note = \"\(word)\" # kept") == "note = \"(redacted)\" # kept")
        #expect(Redactor(rules: .words).redact("a\\n\(word)") == "a\\n(redacted)")
    }

    @Test("of random words of 40 characters at least 97 in 100 are found, and no UUID and no digest")
    func measured() {
        var generator = SeededGenerator(seed: 1)
        let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let redactor = Redactor(rules: .words)
        let word = { (alphabet: [Character], length: Int) in
            String((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "0" })
        }
        #expect((0..<1_000).count { _ in redactor.findsSecret(in: word(base64, 40)) } >= 970)
        for _ in 0..<1_000 {
            let hex = word(Array("0123456789abcdef"), 40)
            let id = "\(hex.prefix(8))-\(hex.prefix(4))-\(hex.suffix(12))"
            #expect(!redactor.findsSecret(in: hex) && !redactor.findsSecret(in: id.uppercased()))
        }
    }

    // MARK: Known values

    @Test(
        "a known value goes in every form in which it is written",
        arguments: [
            (["two lines\nof a secret"], "x two lines y\n z of a secret", "x (redacted) y\n z (redacted)"),
            (["with \"quotes\""], "a \"with \\\"quotes\\\"\"", "a \"(redacted)\""),
            (["{\"user\":\"ada-lovelace\"}"], "user = \"ada-lovelace\"", "user = \"(redacted)\""),
            (["p@ss w+rd/1"], "?p=p%40ss%20w%2Brd%2F1&x", "?p=(redacted)&x"),
            (["snake_case_secret"], "a snake\\_case\\_secret b", "a (redacted) b"),
            (["abc"], "abc", "abc"), ([], "abc", "abc"), (["true"], "true", "true"),
            (["prod"], "prod production", "(redacted) production"), (["hunter2"], "xhunter2", "xhunter2"),
            (["hunter22"], "xhunter22y", "x(redacted)y"), (["hunter2"], "\\nhunter2", "\\n(redacted)"),
            (["abcdefgh", "efghijkl"], "abcdefghijkl!", "(redacted)!"),
            (["abc", "hunter2", "hunter2-long"], "abc hunter2-long hunter2 x", "abc (redacted) (redacted) x"),
        ])
    func known(secrets: [String], text: String, expected: String) {
        #expect(Redactor(secrets: secrets, rules: []).redact(text) == expected)
    }

    @Test("a known value goes from within a longer text in Base64, at any of the three places", arguments: 0...5)
    func encoded(offset: Int) {
        let secret = "canary-hunter2-canary"
        let text = Data("\(String(repeating: "u", count: offset)):\(secret) and more".utf8).base64EncodedString()
        let redacted = Redactor(secrets: [secret], rules: []).redact(text)
        #expect(redacted.contains(Redactor.mark))
        let rest = redacted.split(separator: Redactor.mark).joined(separator: "AAAA")
        let decoded = String(
            decoding: Data(base64Encoded: rest.padding(toLength: rest.count / 4 * 4, withPad: "", startingAt: 0))
                ?? Data(), as: UTF8.self)
        #expect(!decoded.contains("hunter2"))
    }

    // MARK: Structure

    @Test(
        "in a document names tell, numbers and names of members are looked at, and structure stays",
        arguments: [
            ("{\"password\":\"x\",\"name\":\"y\"}", "{\"name\":\"y\",\"password\":\"(redacted)\"}"),
            (
                "{\"credentials\":{\"user\":\"u\",\"type\":\"t\",\"list\":[\"a\",1]}}",
                "{\"credentials\":{\"list\":[\"(redacted)\",1],\"type\":\"t\",\"user\":\"(redacted)\"}}"
            ),
            (
                "[{\"name\":\"DB_PASSWORD\",\"value\":\"x\"},{\"name\":\"SIZE\",\"value\":\"y\"}]",
                "[{\"name\":\"DB_PASSWORD\",\"value\":\"(redacted)\"},{\"name\":\"SIZE\",\"value\":\"y\"}]"
            ),
            (
                "{\"known-value\":[1234567,12345678,\"a known-value\",null,true]}",
                "{\"(redacted)\":[\"(redacted)\",12345678,\"a (redacted)\",null,true]}"
            ),
            (
                "{\"source_code_hash\":\"q8Zr2vXk9LmNp3Tt7YwBc5Df1Gh4\"}",
                "{\"source_code_hash\":\"q8Zr2vXk9LmNp3Tt7YwBc5Df1Gh4\"}"
            ),
            (
                "{\"password\":\"\",\"token\":null,\"secret\":false}",
                "{\"password\":\"\",\"secret\":false,\"token\":null}"
            ),
        ])
    func structure(document: String, expected: String) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(document.utf8))
        let redactor = Redactor(secrets: ["known-value", "1234567"])
        #expect(redactor.redact(value).canonical == expected)
        #expect(redactor.redact(redactor.redact(value)).canonical == expected)
    }

    @Test("of two members that become one the first by name stays, in every process")
    func collision() {
        let value = JSONValue.object(["a secret-1": .integer(1), "a secret-2": .integer(2)])
        #expect(Redactor(secrets: ["secret-1", "secret-2"]).redact(value) == .object(["a (redacted)": .integer(1)]))
    }

    @Test("what stands under telling names is learned, unless anything might say it")
    func learned() throws {
        let text = """
            {"password":"hunter2","token":"none","secret":"arn:aws:x","size":"large-1",
             "env":[{"name":"API_KEY","value":"k-123456"}]}
            """
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(Redactor.named(in: value) == ["hunter2", "k-123456"])
    }

    @Test("labels go by their names, too")
    func labels() {
        #expect(
            Self.all.redact(["id": "i-1", "api_token": "x", "note": "AKIAIOSFODNN7EXAMPLE"])
                == ["id": "i-1", "api_token": "(redacted)", "note": "(redacted)"])
    }

    @Test("a plan is redacted for people, and its digests stay those of what Terraform planned")
    func plan() {
        let change = ResourceChange(
            address: "t.n", actions: [.update], before: .object(["password": .string("a1"), "size": .string("large")]),
            after: .object(["password": .string("b2"), "size": .string("small")]))
        let plan = Plan(changes: [change], text: "password = \"a1\" -> \"b2\"", terraformVersion: "1")
        let shown = Self.all.redact(plan)
        #expect(shown.text == "password = \"(redacted)\" -> \"(redacted)\"")
        #expect(shown.changes[0].after == .object(["password": .string("(redacted)"), "size": .string("small")]))
        #expect(shown.digest == plan.digest && shown.approved == plan.approved)
        let other = ResourceChange(
            address: "t.n", actions: [.update], before: change.before,
            after: .object(["password": .string("c3"), "size": .string("small")]))
        #expect(other.digest != change.digest)
    }

    // MARK: What a run learns

    @Test("what one workspace hides is taken out of that workspace's texts, and what is given out of all")
    func workspaces() {
        let secrets = KnownSecrets(["given-secret"])
        secrets.learn(["learned-secret"], of: "web")
        let text = "given-secret learned-secret"
        #expect(secrets.redactor(for: "web").redact(text) == "(redacted) (redacted)")
        #expect(secrets.redactor(for: "db").redact(text) == "(redacted) learned-secret")
        #expect(secrets.redactor(for: nil).redact(text) == "(redacted) learned-secret")
        #expect(secrets.redactor.redact(text) == "(redacted) (redacted)")
        secrets.learn(["later-secret"], of: "web")
        secrets.give(["given-later"])
        #expect(secrets.redactor(for: "web").redact("later-secret given-later") == "(redacted) (redacted)")
    }

    @Test("neither a redactor nor what a run knows prints a secret")
    func printing() {
        let secrets = KnownSecrets(["canary-secret"])
        var dumped = ""
        dump(["a": secrets], to: &dumped)
        dump(["a": secrets.redactor], to: &dumped)
        #expect(!"\(dumped)\(secrets)\(secrets.redactor)\(String(reflecting: secrets.redactor))".contains("canary"))
    }

    @Test("a redactor takes out the longest secrets first, and a second pass changes nothing")
    func problem() {
        let problem = Problem(
            .needsPerson, "Prometheus said: token=abcdef12", hint: "set password=hunter2",
            location: SourceLocation(file: "a.yml", line: 1, column: 1, text: "secret: \"x\""))
        #expect(
            Self.all.redact(problem).description
                == "a.yml:1:1: Prometheus said: token=(redacted); set password=(redacted)\n    secret: \"(redacted)\"\n    ^"
        )
    }
}
