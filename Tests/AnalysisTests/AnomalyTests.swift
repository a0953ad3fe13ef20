@testable import Analysis
import Domain
import Foundation
import TestSupport
import Testing

@Suite("Anomalies")
struct AnomalyTests {
    /// A Monday, 00:00 UTC, two weeks in.
    private static let monday = 1_704_067_200.0
    private static let step = 300.0

    private static func flat(_ value: Double, days: Int, last: Double?, at end: Double) -> [Sample] {
        let count = days * 288
        return (0...count).map { index in
            let time = end - Double(count - index) * step
            return Sample(time: time, value: time > end - 3_600 ? last ?? value : value)
        }
    }

    private static let end = monday + 14 * 86_400 + 12 * 3_600

    @Test(
        "the floors stand where the spread is nothing",
        arguments: [(124.0, false), (126, true), (76, false), (74, true)])
    func floors(recent: Double, isAnomalous: Bool) {
        let verdict = AnomalyJudge.verdict(
            of: Self.flat(100, days: 14, last: recent, at: Self.end), at: Self.end, Anomaly())
        let measure = AnomalyMeasure(recent: recent, expected: 100, halfWidth: 25)
        #expect(verdict == (isAnomalous ? .anomalous(measure) : .normal(measure)))
    }

    @Test(
        "both the relative and the absolute deviation have to be exceeded, in the wanted direction",
        arguments: [
            (Anomaly(minAbsolute: 40), 130.0, false), (Anomaly(minAbsolute: 40), 141, true),
            (Anomaly(direction: .below), 200, false), (Anomaly(direction: .below), 20, true),
            (Anomaly(direction: .above), 20, false), (Anomaly(direction: .above), 200, true),
            (Anomaly(method: .mad), 200, true), (Anomaly(method: .mad, minRelative: 2), 250, false),
            (Anomaly(transform: .log), 200, true), (Anomaly(transform: .log), 110, false),
        ])
    func directions(anomaly: Anomaly, recent: Double, isAnomalous: Bool) {
        let verdict = AnomalyJudge.verdict(
            of: Self.flat(100, days: 14, last: recent, at: Self.end), at: Self.end, anomaly)
        if case .anomalous = verdict { #expect(isAnomalous) } else { #expect(!isAnomalous, "\(verdict)") }
    }

    @Test("a shifted level is one whose last day differs from the weekdays before")
    func levelShift() {
        let samples = (0...(14 * 288)).map { index in
            let time = Self.end - Double(14 * 288 - index) * Self.step
            return Sample(time: time, value: time > Self.end - 86_400 ? 60 : 30)
        }
        let verdict = AnomalyJudge.verdict(of: samples, at: Self.end, Anomaly(method: .levelShift))
        #expect(verdict == .anomalous(AnomalyMeasure(recent: 60, expected: 30, halfWidth: 7.5)))
    }

    @Test(
        "too little to judge by is said in figures",
        arguments: [
            (2, 100.0, "comparable days: 1; at least 3 are needed"),
            (14, 0, "the baseline's median is 0, so that no relative deviation can be told"),
        ])
    func insufficient(days: Int, value: Double, reason: String) {
        let samples = Self.flat(value, days: days, last: nil, at: Self.end)
        #expect(AnomalyJudge.verdict(of: samples, at: Self.end, Anomaly()) == .insufficient(reason: reason))
        #expect(
            AnomalyJudge.verdict(of: [], at: Self.end, Anomaly())
                == .insufficient(reason: "no sample in the last 1h"))
    }

    // MARK: The trial

    /// Five-minute samples of two weeks: a daily wave, a quieter weekend where wanted, and normal noise.
    ///
    /// The level is 100, the wave's half height 50, the noise's standard deviation 10, and a weekend has three tenths
    /// of a weekday's level.
    private struct Trial {
        var random: SeededGenerator
        let isWeekly: Bool
        let factor: Double
        let outliers: Bool

        mutating func samples(until end: Double) -> [Sample] {
            (0...(14 * 288)).map { index in
                let time = end - Double(14 * 288 - index) * AnomalyTests.step
                let day = (time / 86_400).rounded(.down)
                let hour = (time / 3_600).truncatingRemainder(dividingBy: 24)
                let isWeekend = (Int(day) + 3) % 7 >= 5
                var value = (100 + 50 * sin((hour - 6) / 24 * 2 * .pi)) * (isWeekly && isWeekend ? 0.3 : 1)
                value = max(0, value + 10 * normal())
                if outliers, (3.0..<5.0).contains((time - (end - 14 * 86_400)) / 86_400) { value *= 20 }
                return Sample(time: time, value: time > end - 3_600 ? value * factor : value)
            }
        }

        /// Box and Muller's transform.
        private mutating func normal() -> Double {
            let (u, v) = (Double.random(in: 1e-12..<1, using: &random), Double.random(in: 0..<1, using: &random))
            return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
        }
    }

    private static func rate(
        _ anomaly: Anomaly, weekly: Bool, factor: Double, outliers: Bool = false, runs: Int = 120
    ) -> Double {
        var random = SeededGenerator(seed: 11)
        let found = (0..<runs).count { run in
            // Every hour of every day of the week comes up.
            let end = monday + 14 * 86_400 + Double(run * 37 % 168) * 3_600 + Double(run) * 168 * 3_600
            var trial = Trial(
                random: SeededGenerator(seed: UInt64.random(in: 0 ... .max, using: &random)), isWeekly: weekly,
                factor: factor, outliers: outliers)
            if case .anomalous = AnomalyJudge.verdict(of: trial.samples(until: end), at: end, anomaly) { return true }
            return false
        }
        return Double(found) / Double(runs)
    }

    @Test("the seasonal method is right on quiet days, and finds what matters", arguments: [false, true])
    func trial(weekly: Bool) {
        #expect(Self.rate(Anomaly(), weekly: weekly, factor: 1) <= 0.01)
        let detected = Self.rate(Anomaly(), weekly: weekly, factor: 2.5)
        #expect(detected >= (weekly ? 0.78 : 0.95), "×2.5: \(detected)")
        #expect(Self.rate(Anomaly(), weekly: false, factor: 2.5, outliers: true) >= 0.95)
        #expect(Self.rate(Anomaly(), weekly: false, factor: 0) >= 0.95)
    }

    @Test("the method without seasons is right on quiet days, too, and finds less")
    func plainTrial() {
        let plain = Anomaly(method: .mad)
        #expect(Self.rate(plain, weekly: false, factor: 1) <= 0.01)
        let (all, seasonal) = (
            Self.rate(plain, weekly: false, factor: 2.5), Self.rate(Anomaly(), weekly: false, factor: 2.5)
        )
        #expect(all < seasonal - 0.3, "\(all) against \(seasonal)")
        #expect(Self.rate(plain, weekly: false, factor: 0) == 0)
    }
}

@Suite("Order statistics and lines")
struct StatisticsTests {
    @Test(
        "quantiles as Prometheus computes them",
        arguments: [
            ([1, 2, 3, 4], 0.5, 2.5), ([4, 1, 3, 2], 0.25, 1.75), ([1, 2, 3], 1, 3), ([1, 2, 3], 0, 1),
            ([7], 0.99, 7), ([1, 2], 1.1, .infinity), ([1, 2], -0.1, -.infinity),
        ] as [([Double], Double, Double)])
    func quantiles(values: [Double], share: Double, expected: Double) {
        #expect(Quantile.of(values, share) == expected)
        #expect(Quantile.of(values.reversed(), share) == expected)
    }

    @Test("nothing and NaN have no quantile")
    func noQuantile() {
        #expect(Quantile.of([], 0.5).isNaN && Quantile.of([1, .nan], 0.5).isNaN && Quantile.of([1], .nan).isNaN)
    }

    private static func line(_ slope: Double, outlier: Double? = nil) -> [Sample] {
        (0...60).map { index in
            let value = 100 + slope * Double(index) * 60
            return Sample(time: Double(index) * 60, value: index == 30 ? outlier ?? value : value)
        }
    }

    @Test(
        "a line goes on, one outlier turns least squares and not the median of slopes",
        arguments: [
            (.linear, nil, 1e-6), (.theilSen, nil, 1e-6), (.theilSen, 5_000, 1),
        ] as [(Forecast.Method, Double?, Double)])
    func forecasts(method: Forecast.Method, outlier: Double?, error: Double) {
        let expected = 3_700.0
        let verdict = ForecastJudge.value(
            of: Self.line(0.5, outlier: outlier), at: 3_600, Forecast(method: method, horizon: 3_600, minFit: 0))
        guard case .value(let value, _) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(abs(value - expected) <= error, "\(value)")
    }

    @Test("a constant stays what it is, and noise is no line")
    func fit() {
        let constant = ForecastJudge.value(of: Self.line(0), at: 3_600, Forecast(horizon: 86_400))
        #expect(constant == .value(100, fit: 1))
        var random = SeededGenerator(seed: 3)
        let noise = (0...60).map {
            Sample(time: Double($0) * 60, value: Double.random(in: 0...1, using: &random))
        }
        guard case .insufficient(let reason) = ForecastJudge.value(of: noise, at: 3_600, Forecast(horizon: 60)) else {
            Issue.record("noise became a line")
            return
        }
        #expect(reason.hasPrefix("a line explains 0") && reason.hasSuffix("of the variance; 0.5 is needed"))
        #expect(
            ForecastJudge.value(of: [], at: 0, Forecast(horizon: 60))
                == .insufficient(reason: "0 samples; at least 3 are needed for a line"))
    }
}
