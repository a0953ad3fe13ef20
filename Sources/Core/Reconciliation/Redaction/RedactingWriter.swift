import Domain
import Foundation

/// Asks a model without telling it a secret, and takes secrets out of its words; what it answers as code stays.
struct RedactingWriter: ProposalWriter {
    let writer: any ProposalWriter
    let secrets: KnownSecrets

    var model: String { writer.model }

    func reply(to conversation: Conversation) async throws(ModelFailure) -> ModelReply {
        let redactor = secrets.redactor(for: conversation.workspace)
        var told = conversation
        told.turns = conversation.turns.map { turn in
            switch turn {
            case .user(let text): .user(Self.redact(text, redactor))
            case .model: turn
            }
        }
        do throws(ModelFailure) {
            let reply = try await writer.reply(to: told)
            return ModelReply(
                correction: redactor.redact(reply.correction), content: reply.content,
                model: redactor.redact(reply.model), usage: reply.usage, notices: reply.notices.map(redactor.redact))
        } catch {
            throw ModelFailure(error.reason, redactor.redact(error.problem), usage: error.usage)
        }
    }

    /// What is asked is one JSON text, and is looked through as what it says, without its escapes.
    ///
    /// Names of members tell nothing here: a provider's schema has telling ones without values. In code they were looked
    /// at before, where it is known what is a value.
    private static func redact(_ text: String, _ redactor: Redactor) -> String {
        guard let document = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)),
            let members = document.object
        else { return redactor.redact(text) }
        let told = members.map { name, value in
            (name, name == "files" ? redactor.with([.formats, .words]).redact(value) : value.told(redactor))
        }
        return JSONValue.object(Dictionary(told) { first, _ in first }).canonical
    }
}

extension JSONValue {
    /// With every text of it redacted as a text.
    fileprivate func told(_ redactor: Redactor) -> JSONValue {
        switch self {
        case .string(let text): .string(redactor.redact(text))
        case .array(let items): .array(items.map { $0.told(redactor) })
        case .object(let members): .object(members.mapValues { $0.told(redactor) })
        case .null, .bool, .integer, .number: self
        }
    }
}
