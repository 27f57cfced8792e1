/** Lightweight paravirtualization: the trap encoding and the rewriting of images with it. */
module swivel.lpv {
    requires transitive swivel.arm;

    exports swivel.lpv;
}
