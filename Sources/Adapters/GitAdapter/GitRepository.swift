package import Domain
import Foundation

/// A repository that is open: its objects, and the remote through which jobs share its refs.
package struct GitRepository: Sendable {
    package let objects: GitObjects
    package let remote: any Remote
    /// The folder of checked-out files; nil for a bare repository.
    package let workTree: String?
    /// Which repository this is, whatever clone: its remote's URL without who signs in, or the folder of one without.
    package let place: String

    /// Finds and opens what the settings name; a URL gets a mirror in the cache folder.
    package init(_ settings: GitSettings) throws(Problem) {
        let location = try RepositoryLocation(settings)
        if let scratch = location.scratch {
            do {
                try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
            } catch {
                throw Problem(.needsPerson, "the scratch folder '\(scratch)' cannot be made")
            }
        }
        objects = try GitObjects(settings, at: location)
        workTree = location.workTree
        place = location.place
        switch location.path {
        case .local: remote = LocalRemote(objects: objects)
        case .remote(let name):
            remote = NetworkRemote(
                objects: objects, git: GitCommand(settings: settings, location: location), remote: name)
        }
    }
}
