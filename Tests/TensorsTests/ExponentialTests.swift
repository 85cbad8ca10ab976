import CKernels
import Foundation
import Testing

@testable import Tensors

@Suite("The exponential function")
struct ExponentialTests {
  /// The distance from the exact value in units of the last digit, at least that of a subnormal number.
  private func error(_ x: Float) -> Double {
    let exact = exp(Double(x))
    let digit = max(Double(Float(exact).ulp), Double(Float.leastNonzeroMagnitude))
    return abs(Double(exponential(x)) - exact) / digit
  }

  @Test("it is right to about one unit of the last digit wherever its value is a normal number")
  func accuracy() {
    var worst = 0.0
    for x in stride(from: Float(-87.3), through: 88.7, by: 0.000_731) { worst = max(worst, error(x)) }
    // Small arguments are dense: those near 0 decide a softmax.
    for power in 1..<40 {
      for sign in [Float(-1), 1] {
        worst = max(worst, error(sign * Float(sign: .plus, exponent: -power, significand: 1.37)))
      }
    }
    #expect(worst < 1.05)
    #expect(worst > 0.5, "nothing was measured")
  }

  @Test("values below the normal numbers fade out gradually")
  func subnormal() {
    for x in stride(from: Float(-103.9), through: -87.3, by: 0.001_3) { #expect(error(x) < 1.05, "\(x)") }
  }

  @Test("special values are the C library's")
  func special() {
    #expect(exponential(Float.zero) == 1)
    #expect(exponential(-Float.zero) == 1)
    #expect(exponential(Float.infinity) == .infinity)
    #expect(exponential(-Float.infinity) == 0)
    #expect(exponential(Float.nan).isNaN)
    #expect(exponential(Float(88.72)).isFinite)
    #expect(exponential(Float(88.73)) == .infinity)
    #expect(exponential(Float(1e30)) == .infinity)
    #expect(exponential(Float(-104)) == 0)
    #expect(exponential(Float(-1e30)) == 0)
  }

  @Test("tanh is right to two units of the last digit, and goes through 0 and the infinities")
  func tangent() {
    var worst = 0.0
    for x in stride(from: Float(-12), through: 12, by: 0.000_371) {
      let exact = tanh(Double(x))
      worst = max(worst, abs(Double(hyperbolicTangent(x)) - exact) / Double(Float(exact).ulp))
    }
    #expect(worst < 2)
    #expect(worst > 0.5, "nothing was measured")
    #expect(hyperbolicTangent(Float.zero) == 0)
    #expect(hyperbolicTangent(Float(1e-30)) == 1e-30)
    #expect(hyperbolicTangent(Float.infinity) == 1)
    #expect(hyperbolicTangent(-Float.infinity) == -1)
    #expect(hyperbolicTangent(Float.nan).isNaN)
  }
}
