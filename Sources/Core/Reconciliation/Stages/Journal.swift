import Domain
import Foundation

/// Writes the steps of one run into the history, and tells of them as they happen.
struct Journal: Sendable {
    let world: World
    let settings: RunSettings

    func record(
        _ action: String, _ status: String, workspace: String? = nil, subject: String? = nil,
        details: [String: JSONValue] = [:]
    ) throws(Problem) {
        try world.history.append(
            HistoryEntry(
                run: settings.run, time: world.now(), workspace: workspace, action: action, status: status,
                subject: subject, details: .object(details)))
        let place = [workspace, subject].compactMap { $0 }.joined(separator: " ")
        world.progress(place.isEmpty ? "\(action): \(status)" : "\(action) \(place): \(status)")
    }

    /// Writes how a run begins and how it ends around its work, and shares that where the run changed or asked anything.
    func run(
        _ asked: [String: JSONValue], through publisher: Publisher, _ work: () async throws(Problems) -> RunReport
    ) async throws(Problems) -> RunReport {
        let started = [
            "version": JSONValue.string(settings.version), "dryRun": .bool(settings.isDryRun),
            "holder": .string(settings.holder),
        ]
        do throws(Problem) {
            try record("run", "started", details: started.merging(asked) { $1 })
        } catch {
            throw Problems([error])
        }
        do throws(Problems) {
            var report = world.secrets.redact(try await work())
            try finish(report)
            if publisher.pushes > 0 || report.usage.calls > 0, let notice = await shared() {
                report.notices.append(notice)
            }
            return report
        } catch {
            let told = error.all.map(world.secrets.redactor.redact)
            try? record("run", "failed", details: ["problems": .texts(told.map(\.message))])
            if publisher.pushes > 0, let notice = await shared() { world.progress(notice) }
            throw Problems(told)
        }
    }

    /// A push of its own, after the last step: a record that went with another push could not tell how that one ended.
    ///
    /// An interruption lets it end.
    private func shared() async -> String? {
        let publisher = HistoryPublisher(world: world, settings: settings)
        return await Task.detached { await publisher.attempt() }.value
    }

    private func finish(_ report: RunReport) throws(Problems) {
        do throws(Problem) {
            var details = JSONValue.of(report.usage)
            details["pushes"] = .integer(Int64(report.pushes))
            details["proposals"] = .integer(Int64(report.proposals.count))
            details["applies"] = .integer(Int64(report.applies.count))
            details["problems"] = .texts(report.problems.map(\.message))
            try record("run", "done", details: details)
        } catch {
            throw Problems([error])
        }
    }
}

extension JSONValue {
    static func texts(_ items: [String]) -> JSONValue { .array(items.map(JSONValue.string)) }

    static func of(_ usage: Usage) -> [String: JSONValue] {
        [
            "calls": .integer(Int64(usage.calls)), "inputTokens": .integer(Int64(usage.inputTokens)),
            "outputTokens": .integer(Int64(usage.outputTokens)), "costUSD": .number(usage.costUSD),
            "isPriceKnown": .bool(usage.isPriceKnown),
        ]
    }
}
