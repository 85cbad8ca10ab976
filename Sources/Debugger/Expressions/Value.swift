import Tensors

/// What an expression comes to.
public enum Value: Sendable {
  case number(Double)
  case tensor(Tensor)
  case flag(Bool)

  var kind: String {
    switch self {
    case .number: "a number"
    case .tensor(let tensor): "a tensor \(tensor.shape)"
    case .flag: "true or false"
    }
  }
}
