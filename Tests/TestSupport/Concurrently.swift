/// Results in the order of what they are made from, a few of them made at a time.
package func concurrently<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], atOnce count: Int = 2, _ transform: @escaping @Sendable (Input) async throws -> Output
) async throws -> [Output] {
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
        var (outputs, next) = ([Int: Output](), 0)
        func start() {
            guard next < inputs.count else { return }
            group.addTask { [next] in (next, try await transform(inputs[next])) }
            next += 1
        }
        for _ in 0..<count { start() }
        while let (index, output) = try await group.next() {
            outputs[index] = output
            start()
        }
        return outputs.sorted { $0.key < $1.key }.map(\.value)
    }
}
