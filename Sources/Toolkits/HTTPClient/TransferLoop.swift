import CCurl
import Glibc
import Synchronization

/// libcurl's multi interface on a thread of its own; requests come in through an inbox.
final class TransferLoop: Sendable {
    typealias Answer = Result<ResponseHead, HTTPError>

    private struct Arrival: Sendable {
        let transfer: Transfer
        let continuation: CheckedContinuation<Answer, Never>
    }

    private struct Inbox {
        var arrivals: [Arrival] = []
        var isStopped = false
    }

    private static let isStarted = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let inbox = Mutex(Inbox())
    /// The handle's address: any thread may wake the loop (`curl_multi_wakeup`), all else happens on its own thread.
    private let address: UInt

    init() {
        _ = Self.isStarted
        address = UInt(bitPattern: curl_multi_init())
    }

    private var multi: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: address) }

    // MARK: From any thread

    func start() {
        let retained = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<TransferLoop>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, retained.toOpaque())
        if code == 0 { pthread_detach(thread) } else { retained.release() }
    }

    func stop() {
        inbox.withLock { $0.isStopped = true }
        curl_multi_wakeup(multi)
    }

    func add(_ transfer: Transfer, _ continuation: CheckedContinuation<Answer, Never>) {
        inbox.withLock { $0.arrivals.append(Arrival(transfer: transfer, continuation: continuation)) }
        curl_multi_wakeup(multi)
    }

    func cancel(_ transfer: Transfer) {
        transfer.cancel()
        curl_multi_wakeup(multi)
    }

    // MARK: On the loop's thread

    private struct Running {
        let arrival: Arrival
        let easy: EasyHandle
    }

    private func run() {
        var running: [UnsafeMutableRawPointer: Running] = [:]
        while true {
            let isStopped = takeIn(&running)
            if isStopped, running.isEmpty { break }
            var active: Int32 = 0
            curl_multi_perform(multi, &active)
            finish(&running)
            curl_multi_poll(multi, nil, 0, 1_000, nil)
        }
        curl_multi_cleanup(multi)
    }

    private func takeIn(_ running: inout [UnsafeMutableRawPointer: Running]) -> Bool {
        let (arrivals, isStopped) = inbox.withLock { inbox in
            let taken = (inbox.arrivals, inbox.isStopped)
            inbox.arrivals = []
            return taken
        }
        for arrival in arrivals {
            guard !arrival.transfer.isCancelled, let easy = EasyHandle(arrival.transfer) else {
                arrival.continuation.resume(returning: .failure(.cancelled))
                continue
            }
            curl_multi_add_handle(multi, easy.pointer)
            running[easy.pointer] = Running(arrival: arrival, easy: easy)
        }
        for (pointer, entry) in running where entry.arrival.transfer.isCancelled {
            end(pointer, &running, .failure(.cancelled))
        }
        return isStopped
    }

    private func finish(_ running: inout [UnsafeMutableRawPointer: Running]) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let pointer = message.pointee.easy_handle,
                let entry = running[pointer]
            else { continue }
            let code = message.pointee.data.result
            end(pointer, &running, entry.arrival.transfer.answer(code, entry.easy))
        }
    }

    private func end(
        _ pointer: UnsafeMutableRawPointer, _ running: inout [UnsafeMutableRawPointer: Running], _ answer: Answer
    ) {
        guard let entry = running.removeValue(forKey: pointer) else { return }
        curl_multi_remove_handle(multi, pointer)
        entry.arrival.continuation.resume(returning: answer)
    }
}
