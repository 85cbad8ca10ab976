import CKernels
import COpenBLAS
import FoundationEssentials

/// What the last bits of a result depend on besides the program: the processor, and the kernels chosen for it.
public enum Machine {
  /// `AMD EPYC 9R14; OpenBLAS 0.3.21 Haswell; 512-bit kernels`, in one line.
  public static let description: String = {
    "\(processor); \(library); \(kernel_register_bits())-bit kernels"
  }()

  private static var processor: String {
    let file = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = file.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":", maxSplits: 1).last.map(String.init) ?? "unknown processor"
    return name.split(separator: " ").joined(separator: " ")
  }

  private static var library: String {
    let version = String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
    return version + " " + String(cString: openblas_get_corename())
  }
}
