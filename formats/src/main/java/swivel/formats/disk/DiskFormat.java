package swivel.formats.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import swivel.formats.unpack.Compression;

/**
 * Files that hold a disk but are not its bytes one after another, by the magic numbers that their specifications give
 * them. Taken as a raw disk, such a file shows the guest nonsense, and what the guest writes ruins it.
 */
public enum DiskFormat {
    QCOW("qcow", 0, "514649fb00000001"),
    QCOW2("qcow2", 0, "514649fb"),
    QED("QED", 0, "51454400"),
    VDI("VDI", 0x40, "7f10dabe"),
    VHDX("VHDX", 0, ascii("vhdxfile")),
    /** One that grows begins with a copy of its footer; one of fixed size has only that, of 511 bytes in old ones. */
    VHD("VHD", 0, ascii("conectix")),
    VHD_FIXED("VHD", -512, ascii("conectix")),
    VHD_OLD("VHD", -511, ascii("conectix")),
    VMDK("VMDK", 0, ascii("KDMV")),
    VMDK_ESX("VMDK", 0, ascii("COWD")),
    VMDK_SESPARSE("VMDK", 0, "cafebabe00000000"),
    /** Text that names the files with the content. */
    VMDK_DESCRIPTOR("VMDK", 0, ascii("# Disk DescriptorFile")),
    PARALLELS("Parallels", 0, ascii("WithoutFreeSpace")),
    PARALLELS_EXTENDED("Parallels", 0, ascii("WithouFreSpacExt")),
    BOCHS("Bochs", 0, ascii("Bochs Virtual HD Image")),
    CLOOP("cloop", 0, ascii("#!/bin/sh\n#V2.0 Format\n")),
    DMG("DMG", -512, ascii("koly")),
    ANDROID_SPARSE("Android sparse", 0, "3aff26ed", "simg2img FILE NEW"),
    EWF("EWF", 0, ascii("EVF\t\r\n") + "ff00", "ewfexport FILE"),
    GZIP("gzip", Compression.GZIP, "gzip -dk FILE"),
    XZ("xz", Compression.XZ, "xz -dk FILE"),
    ZSTD("zstd", Compression.ZSTD, "zstd -d FILE"),
    BZIP2("bzip2", 0, ascii("BZh"), "bzip2 -dk FILE"),
    LZ4("LZ4", 0, "04224d18", "lz4 -d FILE"),
    ZIP("ZIP", 0, ascii("PK") + "0304", "unzip FILE");

    private final String title;
    private final int offset;
    private final String magic;
    private final String conversion;

    DiskFormat(String title, int offset, String magic) {
        this(title, offset, magic, "qemu-img convert -O raw FILE NEW");
    }

    /**
     * A row.
     *
     * @param offset of the magic number; from the end where negative
     * @param magic in hexadecimal
     * @param conversion the command that makes a raw image
     */
    DiskFormat(String title, int offset, String magic, String conversion) {
        this.title = title;
        this.offset = offset;
        this.magic = magic;
        this.conversion = conversion;
    }

    DiskFormat(String title, Compression compression, String conversion) {
        this(title, 0, HexFormat.of().formatHex(compression.magic()), conversion);
    }

    private static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Its name, for a person. */
    public String title() {
        return title;
    }

    /** The command that makes a raw image of a file. */
    public String conversion(String file) {
        return conversion.replace("FILE", file).replace("NEW", file + ".raw");
    }

    /** The format of a file; null if it is none of these, and so may be raw. */
    public static DiskFormat of(RandomAccessFile file) throws IOException {
        long size = file.length();
        for (DiskFormat format : values()) {
            long at = format.offset < 0 ? size + format.offset : format.offset;
            if (at >= 0 && format.isAt(file, at)) {
                return format;
            }
        }
        return null;
    }

    private boolean isAt(RandomAccessFile file, long at) throws IOException {
        byte[] found = new byte[magic.length() / 2];
        if (at + found.length > file.length()) {
            return false;
        }
        file.seek(at);
        file.readFully(found);
        return HexFormat.of().formatHex(found).equals(magic);
    }
}
