// swift-tools-version: 6.2
// lorascope: a debugger for the optimization step of LoRA fine-tuning.
// The targets below are layers: each may import only the ones above it.
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "lorascope",
  products: [
    .executable(name: "lorascope", targets: ["lorascope"]),
    .executable(name: "lorascope-bench", targets: ["lorascope-bench"]),
  ],
  targets: [
    // C libraries.
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "COniguruma", pkgConfig: "oniguruma", providers: [.apt(["libonig-dev"])]),
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .systemLibrary(name: "CReadline", providers: [.apt(["libreadline-dev"])]),
    .target(name: "CTerminal"),
    .target(name: "CKernels"),

    // The engine: numbers, gradients, adapters, models, one optimizer step as a stream of events.
    .target(name: "Tensors", dependencies: ["COpenBLAS", "CKernels"], swiftSettings: strict),
    .target(name: "Tokenizers", dependencies: ["Tensors", "COniguruma"], swiftSettings: strict),
    .target(name: "Autograd", dependencies: ["Tensors"], swiftSettings: strict),
    .target(name: "LoRA", dependencies: ["Autograd"], swiftSettings: strict),
    .target(name: "Models", dependencies: ["Autograd"], swiftSettings: strict),
    .target(name: "Training", dependencies: ["LoRA", "Models"], swiftSettings: strict),

    // The debugger and its two faces: the command language and the screen.
    .target(name: "Debugger", dependencies: ["Training", "Tokenizers"], swiftSettings: strict),
    .target(
      name: "Commands", dependencies: ["Debugger"],
      resources: [
        .embedInCode("Resources/peft-1893.session"), .embedInCode("Resources/causes"),
        .embedInCode("Resources/lessons"),
      ], swiftSettings: strict),
    .target(name: "Screen", dependencies: ["Debugger"], swiftSettings: strict),

    // The only code that knows a terminal, and the program.
    .target(
      name: "Terminal", dependencies: ["Screen", "Commands", "CNcurses", "CReadline", "CTerminal"],
      swiftSettings: strict),
    .executableTarget(name: "lorascope", dependencies: ["Terminal", "Commands"], swiftSettings: strict),

    // What a step costs, beside torch + peft.
    .executableTarget(
      name: "lorascope-bench", dependencies: ["Commands"],
      exclude: ["torch_bench.py", "ratio.py", "waiting_times.py", "screen_times.py"], swiftSettings: strict),

    // One test target a layer, then the numbers of torch + peft, then the program as it is built.
    .target(name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "TokenizersTests", dependencies: ["Tokenizers", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "AutogradTests", dependencies: ["Models", "LoRA", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "DebuggerTests", dependencies: ["Debugger", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "CommandsTests", dependencies: ["Commands", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "GoldenTests", dependencies: ["Commands", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ScreenTests", dependencies: ["Screen", "Commands", "TestSupport"], exclude: ["Screens", "Pictures"],
      swiftSettings: strict),
    .testTarget(name: "TerminalTests", dependencies: ["Terminal", "CNcurses"], swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests", dependencies: ["lorascope", "lorascope-bench", "TestSupport"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
