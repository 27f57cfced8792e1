/** Lightweight paravirtualization: the rewriting of images and of source text with the trap encoding. */
module swivel.lpv {
    requires transitive swivel.arm;
    requires swivel.encoding;
    requires transitive swivel.formats;

    exports swivel.lpv;
    exports swivel.lpv.report;
    exports swivel.lpv.source;
}
