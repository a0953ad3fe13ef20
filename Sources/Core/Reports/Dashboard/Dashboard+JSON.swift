package import Domain
import Foundation

extension Dashboard {
    /// The document `sphinx.report/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("sphinx.report/1"), "at": .string(Figures.time(at)), "branch": .string(baseBranch),
            "base": .string(base.hex), "version": .string(version), "entries": .array(entries.map(\.json)),
            "statuses": .array(statuses.map(JSONText.status)), "workspaces": .array(workspaces.map(\.json)),
            "runs": .array(history.runs.map(\.json)), "steps": .array(history.steps.map(\.json)),
            "applies": .array(history.applies.map(\.json)), "usage": history.usage.json,
            "problems": .array(problems.map(JSONText.problem)),
        ])
    }
}

extension Dashboard.Entry {
    fileprivate var json: JSONValue {
        .object([
            "state": .string(standing.rawValue), "key": .string(key.text), "workspace": .string(workspace),
            "rule": .string(rule), "address": .string(address), "title": .string(title), "branch": .string(branch),
            "reason": .string(reason), "time": JSONText.text(time.map(Figures.time)),
            "firing": .bool(opportunity != nil),
        ])
    }
}

extension Dashboard.WorkspaceLine {
    fileprivate var json: JSONValue {
        .object([
            "workspace": .string(path), "resources": JSONText.number(resources), "backend": .string(backend),
            "apply": .string(apply), "lock": JSONText.text(lock),
        ])
    }
}

extension RecordedHistory.Run {
    fileprivate var json: JSONValue {
        .object([
            "run": .string(name), "started": .string(Figures.time(started)),
            "ended": JSONText.text(ended.map(Figures.time)), "status": .string(status), "usage": usage.json,
            "proposals": JSONText.number(proposals), "applies": JSONText.number(applies),
            "problems": JSONText.number(problems),
        ])
    }
}

extension HistoryRow {
    /// The document `sphinx.step/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("sphinx.step/1"), "step": JSONText.number(sequence), "run": .string(entry.run),
            "time": .string(Figures.time(entry.time.timeIntervalSince1970)),
            "workspace": JSONText.text(entry.workspace), "action": .string(entry.action),
            "status": .string(entry.status), "subject": JSONText.text(entry.subject), "details": entry.details,
            "hash": .string(hash),
        ])
    }
}
