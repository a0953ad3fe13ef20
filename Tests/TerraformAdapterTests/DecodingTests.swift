import Domain
import Foundation
import Testing

@testable import TerraformAdapter

@Suite("Reading Terraform's JSON")
struct DecodingTests {
    private static func json(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test(
        "a mask hides whole values, members and items",
        arguments: [
            ("\"a\"", "true", "\"(sensitive value)\"", "null"), ("null", "true", "null", "null"),
            ("\"a\"", "false", "\"a\"", "\"a\""),
            ("{\"a\":1,\"b\":2}", "{\"a\":true}", "{\"a\":\"(sensitive value)\",\"b\":2}", "{\"b\":2}"),
            ("[1,{\"a\":2}]", "[false,{\"a\":true}]", "[1,{\"a\":\"(sensitive value)\"}]", "[1,{}]"),
            ("[1,2]", "[true]", "[\"(sensitive value)\",2]", "[null,2]"),
            ("{\"a\":{\"b\":1}}", "{\"a\":{}}", "{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}"),
        ])
    func masks(value: String, mask: String, masked: String, dropped: String) throws {
        #expect(Mask.masked(try Self.json(value), try Self.json(mask)) == (try Self.json(masked)))
        #expect(Mask.dropping(try Self.json(value), try Self.json(mask)) == (try Self.json(dropped)))
    }

    @Test(
        "what a mask hides is collected to its depth, short numbers are not",
        arguments: [
            ("\"secret\"", "true", ["secret"]), ("{\"a\":[\"x\",1234567,12,true]}", "true", ["x", "1234567"]),
            ("{\"a\":\"x\",\"b\":\"y\"}", "{\"b\":true}", ["y"]), ("\"x\"", "false", []),
        ])
    func collecting(value: String, mask: String, expected: [String]) throws {
        var secrets: Set<String> = []
        Mask.collect(try Self.json(value), try Self.json(mask), into: &secrets)
        #expect(secrets == Set(expected))
    }

    @Test(
        "names of the environment tell what is secret",
        arguments: [
            ("AWS_SECRET_ACCESS_KEY", true), ("AWS_ACCESS_KEY_ID", true), ("AWS_SESSION_TOKEN", true),
            ("ARM_CLIENT_SECRET", true),
            ("TF_VAR_db_password", true), ("TF_VAR_token_ttl", false), ("TF_TOKEN_app_example", true),
            ("AWS_REGION", false),
            ("GOOGLE_APPLICATION_CREDENTIALS", false), ("GOOGLE_CREDENTIALS", true), ("GITHUB_TOKEN", false),
        ])
    func environment(name: String, isSecret: Bool) {
        let settings = Terraform.Settings(
            scratchFolder: "/s", keptFolder: "/k", environment: [name: "value-of-eight"],
            secrets: KnownSecrets(["given"]))
        #expect(settings.environmentSecrets == (isSecret ? ["value-of-eight"] : []))
        let told = Terraform(settings).settings.secrets.redactor(for: nil).redact("given value-of-eight")
        #expect(told == (isSecret ? "(redacted) (redacted)" : "(redacted) value-of-eight"))
    }

    @Test(
        "one type's schema is found among many",
        arguments: [
            ("b", "{\"x\":[1,\"}\"]}"), ("a\\\"b", nil), ("missing", nil), ("d", "{\"later\":true}"),
        ] as [(String, String?)])
    func schemas(type: String, expected: String?) throws {
        let text = """
            {"format_version": "1.0", "provider_schemas": {
              "p/one": {"provider": {"a": "{[\\"]}"}, "resource_schemas": {"a": {"y": "\\\\"}, "b": {"x": [1, "}"]}}},
              "p/two": {"resource_schemas": {"b": {"second": true}, "d": {"later": true}}}
            }}
            """
        #expect(ProviderSchemas(Array(text.utf8)).resource(type) == (try expected.map(Self.json)))
    }

    @Test(
        "a text that is no document has no schemas",
        arguments: ["", "{", "[]", "{\"provider_schemas\":", "null", "{\"provider_schemas\":3}"])
    func noSchemas(text: String) {
        #expect(ProviderSchemas(Array(text.utf8)).resource("a") == nil)
    }

    @Test(
        "plans that are not to be applied",
        arguments: [
            ("{}", false, true), ("{\"errored\":true}", false, false), ("{\"complete\":false}", false, false),
            ("{\"complete\":false}", true, true), ("{\"complete\":true,\"errored\":false}", false, true),
        ])
    func usable(document: String, targeted: Bool, expected: Bool) throws {
        #expect(PlanDecoding(try Self.json(document)).isUsable(targeted: targeted) == expected)
    }

    @Test("deposed objects, imports and reads")
    func changes() throws {
        let plan = PlanDecoding(
            try Self.json(
                """
                {"terraform_version": "1.11.4", "resource_changes": [
                  {"address": "a.b", "mode": "managed", "deposed": "0c1d", "change": {"actions": ["delete"], "before": {"x": 1}, "after": null}},
                  {"address": "a.b", "mode": "managed", "change": {"actions": ["no-op"], "importing": {"id": "i"}, "before": {}, "after": {}}},
                  {"address": "a.c", "mode": "managed", "change": {"actions": ["no-op"], "before": {}, "after": {}}},
                  {"address": "data.a.d", "mode": "data", "change": {"actions": ["read"], "before": null, "after": {}}}
                ]}
                """)
        ).plan(text: "text")
        #expect(plan.changes.map(\.address) == ["a.b", "a.b (deposed object 0c1d)"])
        #expect(plan.changes.map(\.actions) == [[.importing], [.delete]])
        #expect(plan.terraformVersion == "1.11.4")
    }
}
