import Domain

/// The times of a range query: both ends included, all steps the same.
package struct Grid: Hashable, Sendable {
    /// More than any source answers; what is beyond is no grid but a mistake.
    private static let mostPoints = 1_000_000.0

    package let start: Double
    package let step: Double
    package let count: Int

    package init(start: Double, end: Double, step: Double) {
        self.start = start
        self.step = step
        let steps = ((end - start) / step).rounded()
        count = steps > 0 ? Int(min(steps, Self.mostPoints)) + 1 : 1
    }

    package func time(of index: Int) -> Double { start + Double(index) * step }

    var end: Double { time(of: count - 1) }

    /// Nil for a time beside the grid; a hundredth of a step is forgiven, as times pass through decimal texts.
    func index(of time: Double) -> Int? {
        let index = ((time - start) / step).rounded()
        guard index >= 0, index < Double(count), abs(start + index * step - time) < step / 100 else { return nil }
        return Int(index)
    }

    /// The part of a series between the grid's ends.
    func part(of series: Series) -> Series {
        guard let first = series.samples.first, let last = series.samples.last,
            first.time < start - step / 100 || last.time > end + step / 100
        else { return series }
        let samples = series.samples.filter { $0.time >= start - step / 100 && $0.time <= end + step / 100 }
        return Series(labels: series.labels, samples: samples)
    }
}
