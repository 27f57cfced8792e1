package swivel.lpv;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import swivel.formats.ImageException;
import swivel.formats.Symbols;
import swivel.formats.elf.ElfFile;
import swivel.formats.kernel.Container;
import swivel.formats.kernel.DeviceTreeBlob;
import swivel.formats.kernel.UImage;
import swivel.formats.unpack.Budget;
import swivel.lpv.report.Place;

/** A guest kernel as a file holds it, container, and rewritten in place with the trap encoding. */
public final class GuestImage {

    /** What the unpacked bytes are. */
    public enum Kind {
        /** An ELF file for ARM. */
        ELF,
        /** A relocatable ELF object for ARM, such as a kernel module. */
        OBJECT,
        /** A flat image: its first byte is at {@link GuestImage#linkAddress}. */
        IMAGE
    }

    private final byte[] bytes;
    private final Container container;
    private final Kind kind;
    private final Symbols symbols;
    private final OptionalInt linkAddress;
    private final CodeMap code;
    private final int[] listed;
    private final IntFunction<Place> places;
    private final byte[] deviceTree;

    private GuestImage(
            Container container,
            byte[] bytes,
            byte[] deviceTree,
            Kind kind,
            Symbols symbols,
            OptionalInt linkAddress,
            CodeMap code,
            int[] listed,
            IntFunction<Place> places) {
        this.bytes = bytes;
        this.container = container;
        this.deviceTree = deviceTree;
        this.kind = kind;
        this.symbols = symbols;
        this.linkAddress = linkAddress;
        this.code = code;
        this.listed = listed;
        this.places = places;
    }

    /**
     * Recognizes a file by its content and unpacks it.
     *
     * @param file the whole file; may become the image's own bytes, which {@link #rewrite} changes
     * @param name what to call the file in messages
     * @throws ImageException if it is not a guest kernel that can be rewritten
     */
    public static GuestImage read(byte[] file, String name) throws ImageException {
        try (Budget.Account account = new Budget().file(file.length)) {
            return read(file, name, account);
        }
    }

    static GuestImage read(byte[] file, String name, Budget.Account account) throws ImageException {
        Container container = Container.unwrap(file, name, account);
        byte[] bytes = container.bytes();
        if (ElfFile.recognizes(bytes)) {
            Elf elf = new Elf(bytes, name);
            boolean object = elf.file().isRelocatable();
            Symbols symbols = elf.symbols();
            return new GuestImage(
                    container,
                    bytes,
                    container.deviceTree(),
                    object ? Kind.OBJECT : Kind.ELF,
                    symbols,
                    object ? OptionalInt.empty() : OptionalInt.of(elf.linkAddress()),
                    elf.code(symbols),
                    SiteList.read(elf, account),
                    elf::place);
        }
        FlatImage image = FlatImage.of(bytes, name);
        byte[] deviceTree = container.deviceTree();
        if (image.linkAddress().isPresent() && deviceTree.length == 0) {
            int treeAt = DeviceTreeBlob.atEnd(bytes);
            deviceTree = Arrays.copyOfRange(bytes, treeAt, bytes.length);
            bytes = deviceTree.length == 0 ? bytes : Arrays.copyOf(bytes, treeAt);
        }
        return new GuestImage(
                container,
                bytes,
                deviceTree,
                Kind.IMAGE,
                image.symbols(),
                image.linkAddress(),
                image.code(),
                null,
                Place.Address::new);
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the file held the image in compressed form. */
    public boolean wasCompressed() {
        return container.compressed();
    }

    /** What the file was, for a person: {@code ELF}, {@code Image}, {@code zImage (XZ)} and so on. */
    public String format() {
        return container.format(
                switch (kind) {
                    case ELF -> "ELF";
                    case OBJECT -> "ELF object";
                    case IMAGE -> "Image";
                });
    }

    /** The unpacked image itself, not a copy: the ELF file, or the flat image. */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * The image as a file of its own: with the device tree behind it that its decompressor would have found, and in a
     * uImage if that says where it goes.
     *
     * @param image the bytes of the image, with or without a list of what was encoded
     */
    byte[] file(byte[] image) {
        byte[] content = image;
        if (deviceTree.length > 0) {
            int treeAt = image.length + 3 & ~3;
            content = Arrays.copyOf(image, treeAt + deviceTree.length);
            System.arraycopy(deviceTree, 0, content, treeAt, deviceTree.length);
        }
        return header().isPresent() ? header().get().with(content, false) : content;
    }

    /** The header of the uImage that a flat image was in, which says where it goes. */
    public Optional<UImage> header() {
        return kind == Kind.IMAGE ? Optional.ofNullable(container.header()) : Optional.empty();
    }

    /** The device tree that came behind the kernel and that it uses in place of the boot loader's; else empty. */
    public byte[] deviceTree() {
        return deviceTree;
    }

    /** What of the file was left out, for a person; else empty. */
    public String remark() {
        return container.remark();
    }

    /** Whether it was in a zImage, which moves itself to where it is linked. */
    public boolean wasZImage() {
        return container.isZImage();
    }

    /**
     * The virtual address the image is linked to: of the ELF file's lowest segment, or of the flat image's first byte;
     * empty for an object, and for a flat image that does not tell.
     */
    public OptionalInt linkAddress() {
        return linkAddress;
    }

    /**
     * Replaces every sensitive instruction by its trap word, in place. Doing it again changes nothing, and reports them
     * as encoded before.
     */
    public RewriteReport rewrite() {
        return new Rewriter(bytes, code, listed, symbols, places).rewrite(true);
    }

    /** What {@link #rewrite} would do. */
    public RewriteReport preview() {
        return new Rewriter(bytes, code, listed, symbols, places).rewrite(false);
    }

    /** The sensitive instructions that are still there, in ascending order of address. */
    public List<Finding> scan() {
        return preview().found();
    }

    /** The image's own symbols of code, maybe none. */
    public Symbols symbols() {
        return symbols;
    }
}
