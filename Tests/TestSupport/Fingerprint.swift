package import Domain
import Foundation

/// Every file below a folder with its bytes, as one value to compare.
package enum Fingerprint {
    package static func of(_ folder: String) throws -> [String: Digest] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return try names.reduce(into: [:]) { result, name in
            var isFolder: ObjCBool = false
            let path = "\(folder)/\(name)"
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                return
            }
            result[name] = Digest(ofBytes: try Data(contentsOf: URL(filePath: path)))
        }
    }
}
