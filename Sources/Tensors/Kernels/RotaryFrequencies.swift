import Glibc

/// The angles by which rotary position embeddings turn each pair of a head, per position, in float32 as
/// transformers computes them.
public struct RotaryFrequencies: Sendable, Equatable {
  public let headSize: Int
  /// `[headSize/2]`.
  let values: [Float]

  /// theta^(-2i/headSize) (RoFormer, arXiv 2104.09864; `rope_type` "default").
  public init(theta: Double, headSize: Int) {
    self.headSize = headSize
    values = (0..<(headSize / 2)).map { 1 / powf(Float(theta), Float(2 * $0) / Float(headSize)) }
  }

  /// What Llama 3.1 does to long wavelengths (`rope_type` "llama3").
  public struct Llama3: Sendable {
    let factor: Double
    let lowFrequencyFactor: Double
    let highFrequencyFactor: Double
    let originalLength: Int

    public init(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalLength: Int) {
      (self.factor, self.originalLength) = (factor, originalLength)
      (self.lowFrequencyFactor, self.highFrequencyFactor) = (lowFrequencyFactor, highFrequencyFactor)
    }
  }

  /// Wavelengths above originalLength/low are divided by the factor, those below originalLength/high stay, and in
  /// between the two are mixed.
  public init(theta: Double, headSize: Int, _ scaling: Llama3) {
    let (factor, length) = (Float(scaling.factor), Float(scaling.originalLength))
    let (low, high) = (Float(scaling.lowFrequencyFactor), Float(scaling.highFrequencyFactor))
    self.headSize = headSize
    values = RotaryFrequencies(theta: theta, headSize: headSize).values.map { frequency in
      let wavelength = 2 * Float.pi / frequency
      if wavelength > length / low { return frequency / factor }
      if wavelength < length / high { return frequency }
      let share = (length / wavelength - low) / (high - low)
      return (1 - share) * frequency / factor + share * frequency
    }
  }
}
