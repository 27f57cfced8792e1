/** What the files look like that kernels, their modules and their first file systems come in. */
module swivel.formats {
    requires org.tukaani.xz;
    requires swivel.arm;

    exports swivel.formats;
    exports swivel.formats.cpio;
    exports swivel.formats.disk;
    exports swivel.formats.elf;
    exports swivel.formats.kernel;
    exports swivel.formats.linux;
    exports swivel.formats.unpack;
}
