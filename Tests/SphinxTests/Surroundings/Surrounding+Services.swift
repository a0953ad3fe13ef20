import TestSupport

extension Surrounding {
    private static let success = "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
    private static let head = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
    private static let cut = LoopbackServer.Answer.raw(
        Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"sta".utf8))

    private static func prometheus(
        _ what: String, _ answer: LoopbackServer.Answer, says: String, isExpensive: Bool = false,
        timeout: String = "2"
    ) -> Surrounding {
        Surrounding(.prometheus, what, says: says, exit: 3, isExpensive: isExpensive, next: nil) { stage in
            let server = try LoopbackServer { _ in answer }
            try await stage.commit(["rules.yml": LoopStage.rules])
            return try await stage.run(
                ["reconcile", "--format", "json"], ["PROMETHEUS_URL": server.url, "PROMETHEUS_TIMEOUT": timeout])
        }
    }

    static let metrics: [Surrounding] = [
        prometheus(
            "answers a login page", .text(200, "<html>login</html>"),
            says:
                "rules.yml:2: the rule 'idle': Prometheus's answer could not be read: a character that JSON does not know: cpu; check that PROMETHEUS_URL leads to Prometheus and not to a login page"
        ),
        prometheus(
            "accepts and never answers", .hang,
            says:
                "rules.yml:2: the rule 'idle': Prometheus at 127.0.0.1 did not answer within 2 seconds; simplify the query, or raise PROMETHEUS_TIMEOUT"
        ),
        prometheus(
            "does not speak HTTP", .raw(Array("\u{0}\u{1} no http\r\n\r\n".utf8)),
            says:
                "rules.yml:2: the rule 'idle': Prometheus at 127.0.0.1 cannot be reached: what answers there does not speak HTTP; check PROMETHEUS_URL",
            isExpensive: true),
        prometheus(
            "cuts the connection in its answer", cut,
            says:
                "rules.yml:2: the rule 'idle': Prometheus at 127.0.0.1 cannot be reached: the answer was cut; check PROMETHEUS_URL",
            isExpensive: true),
        prometheus(
            "limits its clients for ever (429)", .text(429, "too many"),
            says:
                "rules.yml:2: the rule 'idle': Prometheus answered with status 429: cpu; it limits how often it is asked; the next run asks again",
            isExpensive: true),
        prometheus(
            "redirects to another host", .http(status: 302, headers: ["Location": "http://127.0.0.1:1/"]),
            says:
                "rules.yml:2: the rule 'idle': Prometheus answered with status 302: cpu; redirects are not followed; PROMETHEUS_URL is to be the address that this one leads to"
        ),
        prometheus(
            "sends a text without end",
            .endless(head + Array("{\"status\":\"".utf8), then: [UInt8](repeating: 120, count: 65_536)),
            says:
                "rules.yml:2: the rule 'idle': Prometheus's answer is longer than 256 MiB; aggregate in the query, or add matchers",
            isExpensive: true, timeout: "60"),
        prometheus(
            "sends series without end",
            .endless(
                head + Array(success.utf8),
                then: Array("{\"metric\":{\"id\":\"i\"},\"values\":[[1764000000,\"0.01\"]]},".utf8)),
            says:
                "rules.yml:2: the rule 'idle': Prometheus at 127.0.0.1 did not answer within 2 seconds; simplify the query, or raise PROMETHEUS_TIMEOUT",
            isExpensive: true),
    ]

    private static func gemini(
        _ what: String, _ answer: LoopbackServer.Answer, says: String, exit: Int32 = 3, isExpensive: Bool = false
    ) -> Surrounding {
        Surrounding(.gemini, what, says: says, exit: exit, isExpensive: isExpensive, next: nil) { stage in
            let server = try LoopbackServer { _ in answer }
            let rules = try stage.folder.read("person/rules.yml")
            try await stage.commit(["rules.yml": rules.replacing(#/    fix: .*\n/#, with: "")])
            return try await stage.run(
                ["reconcile", "--format", "json"],
                ["GEMINI_BASE_URL": server.url, "GEMINI_TIMEOUT": "1", "GOOGLE_API_KEY": "canary-key"])
        }
    }

    static let models: [Surrounding] = [
        gemini(
            "answers a login page", .text(200, "<html>login</html>"),
            says: "Gemini's answer is not JSON; check that GEMINI_BASE_URL leads to Gemini · failed", isExpensive: true),
        gemini(
            "accepts and never answers", .hang,
            says:
                "Gemini at 127.0.0.1 did not answer within 1 seconds; the call may be billed all the same; GEMINI_TIMEOUT sets how long is waited · failed",
            isExpensive: true),
        gemini(
            "cuts the connection in its answer", cut,
            says:
                "Gemini at 127.0.0.1 cannot be reached: the answer was cut; check GEMINI_BASE_URL and the network · failed",
            isExpensive: true),
        gemini(
            "limits its clients for ever (429)", .text(429, "{\"error\":{\"message\":\"Resource exhausted\"}}"),
            says: "waiting: Gemini answered with status 429: Resource exhausted", exit: 0, isExpensive: true),
        gemini(
            "redirects to another host", .http(status: 302, headers: ["Location": "http://127.0.0.1:1/"]),
            says:
                "Gemini answered with status 302; redirects are not followed; GEMINI_BASE_URL is to be where this one leads · failed"
        ),
        gemini(
            "sends an answer without end", .endless(head, then: [UInt8](repeating: 32, count: 65_536)),
            says: "Gemini's answer is longer than 16 MiB; check that GEMINI_BASE_URL leads to Gemini · failed"),
    ]
}
