import CCurl

/// One libcurl transfer; it lives on the loop's thread.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let context: Unmanaged<Transfer>

    /// Nil where libcurl has no memory.
    init?(_ transfer: Transfer) {
        guard let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        context = Unmanaged.passRetained(transfer)
        for header in transfer.request.headers {
            headers = curl_slist_append(headers, "\(header.name): \(header.value)")
        }
        headers = curl_slist_append(headers, "Expect:")
        configure(transfer)
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(headers)
        context.release()
    }

    var status: Int { long(CURLINFO_RESPONSE_CODE) }

    private func long(_ info: CURLINFO) -> Int {
        var value = 0
        sphinx_curl_get_long(pointer, info, &value)
        return value
    }

    private func configure(_ transfer: Transfer) {
        let request = transfer.request
        sphinx_curl_set_text(pointer, CURLOPT_URL, request.url)
        sphinx_curl_set_text(pointer, CURLOPT_CUSTOMREQUEST, request.method)
        sphinx_curl_set_pointer(pointer, CURLOPT_HTTPHEADER, headers)
        sphinx_curl_set_text(pointer, CURLOPT_USERAGENT, transfer.settings.userAgent)
        sphinx_curl_set_long(pointer, CURLOPT_NOSIGNAL, 1)
        sphinx_curl_set_long(pointer, CURLOPT_FOLLOWLOCATION, 0)
        sphinx_curl_set_text(pointer, CURLOPT_PROTOCOLS_STR, "http,https")
        sphinx_curl_set_long(pointer, CURLOPT_TIMEOUT_MS, Self.milliseconds(request.deadline))
        sphinx_curl_set_long(pointer, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(transfer.settings.connectDeadline))
        if request.compressed { sphinx_curl_set_text(pointer, CURLOPT_ACCEPT_ENCODING, "") }
        if let file = transfer.settings.authoritiesFile { sphinx_curl_set_text(pointer, CURLOPT_CAINFO, file) }
        if request.method == "POST" {
            sphinx_curl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            _ = request.body.withUnsafeBufferPointer {
                copy(body: UnsafeRawPointer($0.baseAddress))
            }
        }
        receive()
    }

    private func receive() {
        let write: curl_write_callback = { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        let head: curl_write_callback = { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            transfer.receive(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        sphinx_curl_set_write(pointer, CURLOPT_WRITEFUNCTION, write)
        sphinx_curl_set_pointer(pointer, CURLOPT_WRITEDATA, context.toOpaque())
        sphinx_curl_set_write(pointer, CURLOPT_HEADERFUNCTION, head)
        sphinx_curl_set_pointer(pointer, CURLOPT_HEADERDATA, context.toOpaque())
    }

    /// libcurl copies the body, so that it may outlive the call.
    private func copy(body: UnsafeRawPointer?) -> CURLcode {
        sphinx_curl_set_pointer(pointer, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: body))
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        max(1, Int(duration.components.seconds) * 1_000 + Int(duration.components.attoseconds / 1_000_000_000_000_000))
    }
}
