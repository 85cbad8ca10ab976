import CKernels
import Glibc

// The activations of torch.nn.functional and their derivatives, elementwise over any shape.

extension Tensor {
  public var relu: Tensor {
    if dtype == .float32 {
      let out = Tensor(uninitialized: shape, .float32)
      relu_of_floats(pointer(Float.self), out.pointer(Float.self), count)
      return out
    }
    return map({ $0 > 0 || $0.isNaN ? $0 : 0 }, { $0 > 0 || $0.isNaN ? $0 : 0 })
  }

  /// `threshold_backward`: the gradient passes where the result was positive.
  public func reluBackward(result: Tensor) -> Tensor {
    if let passed = Tensor.floats(self, result, relu_gradient_of_floats) { return passed }
    return Tensor.zip(self, result, { $1 > 0 ? $0 : 0 }, { $1 > 0 ? $0 : 0 })
  }

  public var tanh: Tensor { map({ hyperbolicTangent($0) }, { Glibc.tanh($0) }) }

  /// `tanh_backward`: g (1 - y^2), from the result y.
  public func tanhBackward(result: Tensor) -> Tensor {
    Tensor.zip(self, result, { $0 * (1 - $1 * $1) }, { $0 * (1 - $1 * $1) })
  }

  /// `F.gelu(approximate='none')`: x/2 (1 + erf(x/sqrt 2)).
  public var gelu: Tensor {
    map(
      { $0 * 0.5 * (1 + erff($0 * Float(0.5).squareRoot())) },
      { $0 * 0.5 * (1 + erf($0 * 0.5.squareRoot())) })
  }

  /// `gelu_backward`: g (Phi(x) + x phi(x)), from the input x.
  public func geluBackward(input: Tensor) -> Tensor {
    Tensor.zip(
      self, input,
      { g, x in
        let density = exponential(-0.5 * x * x) * Float(1 / (2 * Double.pi).squareRoot())
        return g * (0.5 * (1 + erff(x * Float(0.5).squareRoot())) + x * density)
      },
      { g, x in
        let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
        return g * (0.5 * (1 + erf(x * 0.5.squareRoot())) + x * density)
      })
  }

  /// `F.gelu(approximate='tanh')`, transformers' gelu_new: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
  public var geluTanh: Tensor {
    map(
      { $0 * 0.5 * (1 + tanhf(Float((2 / Double.pi).squareRoot()) * ($0 + 0.044715 * $0 * $0 * $0))) },
      { $0 * 0.5 * (1 + Glibc.tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) })
  }

  /// Its derivative: with u = sqrt(2/pi) (x + 0.044715 x^3) and t = tanh(u), g ((1 + t)/2 + x/2 (1 - t^2) du/dx).
  public func geluTanhBackward(input: Tensor) -> Tensor {
    Tensor.zip(
      self, input,
      { g, x in
        let root = Float((2 / Double.pi).squareRoot())
        let t = tanhf(root * (x + 0.044715 * x * x * x))
        return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * root * (1 + 3 * 0.044715 * x * x))
      },
      { g, x in
        let root = (2 / Double.pi).squareRoot()
        let t = Glibc.tanh(root * (x + 0.044715 * x * x * x))
        return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * root * (1 + 3 * 0.044715 * x * x))
      })
  }

  /// `F.silu`: x sigmoid(x).
  public var silu: Tensor {
    if dtype == .float32 {
      let out = Tensor(uninitialized: shape, .float32)
      let (x, y) = (pointer(Float.self), out.pointer(Float.self))
      inParts(count, elements: count) { silu_of_floats(x + $0.lowerBound, y + $0.lowerBound, $0.count) }
      return out
    }
    return map({ $0 / (1 + exponential(-$0)) }, { $0 / (1 + exp(-$0)) })
  }

  /// `silu_backward`: g s (1 + x (1 - s)), s = sigmoid(x), from the input x.
  public func siluBackward(input: Tensor) -> Tensor {
    if let gradient = Tensor.floats(self, input, silu_gradient_of_floats) { return gradient }
    return Tensor.zip(
      self, input,
      { g, x in
        let s = 1 / (1 + exponential(-x))
        return g * s * (1 + x * (1 - s))
      },
      { g, x in
        let s = 1 / (1 + exp(-x))
        return g * s * (1 + x * (1 - s))
      })
  }
}
