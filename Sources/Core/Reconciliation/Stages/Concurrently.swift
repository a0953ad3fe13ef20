extension Array where Element: Sendable {
    /// The results of a job for each element, in the elements' order, with a limit on how many run at once.
    func concurrently<Value: Sendable>(
        limit: Int, _ job: @escaping @Sendable (Element) async -> Value
    ) async -> [Value] {
        await withTaskGroup(of: (Int, Value).self) { group in
            var results: [Int: Value] = [:]
            var next = startIndex
            func start() {
                guard next < endIndex else { return }
                let (index, element) = (next, self[next])
                next += 1
                group.addTask {
                    // Named first: a tuple that is half written when its task waits is lost with optimisation,
                    // https://github.com/swiftlang/swift/pull/91911
                    let value = await job(element)
                    return (index, value)
                }
            }
            for _ in 0..<Swift.max(1, limit) { start() }
            while let (index, value) = await group.next() {
                results[index] = value
                start()
            }
            return indices.compactMap { results[$0] }
        }
    }
}
