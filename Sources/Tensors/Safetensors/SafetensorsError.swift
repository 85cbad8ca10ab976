/// What can be wrong with a .safetensors file, or with one that should be written.
public enum SafetensorsError: DescribedError, Equatable {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case tooShort(path: String, bytes: Int)
  case headerTooLong(path: String, claimed: UInt64, bytes: Int)
  case badHeader(path: String, reason: String)
  case badTensor(path: String, name: String, reason: String)
  case strayBytes(path: String, count: Int)

  public var message: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    case .tooShort(let path, let bytes):
      "\(path) is not a safetensors file: it has \(bytes) bytes, the header's length alone takes 8"
    case .headerTooLong(let path, let claimed, let bytes):
      "\(path) is truncated or not a safetensors file: it claims a header of \(claimed) bytes and has \(bytes) in all"
    case .badHeader(let path, let reason): "\(path) has a damaged safetensors header: \(reason)"
    case .badTensor(let path, let name, let reason): "\(path): tensor '\(name)' \(reason)"
    case .strayBytes(let path, let count):
      "\(path): \(count) bytes of its data belong to no tensor: it is damaged, or its header lies"
    }
  }
}
