/**
 * Stands where cornerstone3D's mesh loader imports vtk's file readers. This application draws images and no mesh;
 * without this the page would carry an XML builder written for Node.
 */
export default {
  newInstance(): never {
    throw new Error("meshes are not drawn here");
  },
};
