package import Settings
import YAML

/// Looks into own files for what the spec does not say of their images.
package typealias OwnImageReader = (DatasetSettings) throws -> ImageFormat

/// Fills in `architecture.input_shape` and `architecture.num_classes` of own files.
struct OwnImages {
  /// `nil` where no files are read.
  let read: OwnImageReader?
  let diagnostics: Diagnostics

  /// The document with what it does not say, or `nil` after reporting why that is not known.
  func completing(_ root: Node) -> Node? {
    let quiet = Diagnostics()
    let section = ArchitectureSection.section.name
    guard let read, let node = root[DatasetSection.section.name],
      let dataset = DatasetSection.decode(node, in: root.range, quiet), quiet.all.isEmpty,
      dataset.name.isOwn, root[section].map({ $0.isNull || $0.mapping != nil }) != false
    else { return root }
    let given = root[section] ?? Node(.mapping([]), at: node.range)
    let missing = SectionValue.keysOfImages.filter { given[$0]?.isNull ?? true }
    guard !missing.isEmpty else { return root }
    // Where the files lie is not known.
    if diagnostics.all.contains(where: { $0.code == .badPath }) { return nil }
    do {
      let format = try read(dataset)
      let values = [
        ArchitectureSection.inputShape.type.encode(format.shape).yaml,
        ArchitectureSection.numClasses.type.encode(format.classes).yaml,
      ]
      return zip(SectionValue.keysOfImages, values).reduce(root) { root, pair in
        guard missing.contains(pair.0) else { return root }
        let text = SourceText(name: "own files", text: pair.1)
        guard let value = YAMLDocument(text).root else { return root }
        let placed = Node(value.content, at: node.range)
        return root.setting([section, pair.0], to: placed, at: node.range) ?? root
      }
    } catch {
      diagnostics.add(DataPlaces(node).diagnostic(of: error as? DataProblem ?? DataProblem(error)))
      return nil
    }
  }
}
