/** Lightweight paravirtualization: the trap encoding and the rewriting of images with it. */
module swivel.lpv {
    requires org.tukaani.xz;
    requires transitive swivel.arm;

    exports swivel.lpv;
    exports swivel.lpv.cpio;
    exports swivel.lpv.report;
    exports swivel.lpv.source;
}
