package swivel.lpv;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import swivel.formats.ImageException;
import swivel.formats.cpio.CpioArchive;
import swivel.formats.elf.ElfFile;
import swivel.formats.elf.SectionNames;
import swivel.formats.kernel.Container;
import swivel.formats.kernel.UImage;
import swivel.formats.linux.Initramfs;
import swivel.formats.linux.ModuleSignature;
import swivel.formats.unpack.Budget;
import swivel.formats.unpack.Compression;
import swivel.lpv.report.FileReport;

/**
 * Rewrites files of every kind that hold code of a kernel, and puts them back into the form they had: kernels, modules
 * packed or not, and initial file systems with modules in them. What is to be rewritten among many files is decided by
 * content, and for packed files also by name, since unpacking everything there is would take too long
 * (docs/rewriting.md).
 */
public final class FileRewriter {

    /** Of a file that is named so, the content decides; any other packed file is not looked into. */
    private static final String PACKED_ARCHIVE = "(?:initrd|initramfs|rootfs).*|.*\\.cpio(?:\\..*)?";

    private static final String PACKED_KERNEL = "(?:vmlinu|zImage|uImage|Image).*";
    private static final String MODULE = ".*\\.ko(?:\\.[a-z0-9]+)?";

    /** A flat image has no magic number at all. */
    private static final String IMAGE = "Image.*";

    /** Sections that every Linux kernel has and no program. */
    private static final List<String> KERNEL_SECTIONS = List.of(".init.text", ".head.text", "__ex_table");

    /** Archives in archives in archives are a joke. */
    private static final int MAX_DEPTH = 3;

    /** So many bytes tell {@link #mayBeKernelCode} enough. */
    public static final int HEAD = 64;

    private static final String PROGRAM = "a program, which runs in user mode anyway";
    private static final String UNSIGNED =
            "the signatures of modules no longer held and were removed; a kernel that enforces them will refuse the"
                    + " modules";
    private static final String STORED = "stored without compression, as there is no compressor here for ";
    private static final String UNLISTED =
            ": it has no sections, so no list of what was encoded was put into it; keep the file as it was";
    private static final String UNPACKED = "a packed kernel is written unpacked";

    /** Why a signed module is skipped where signatures are to be kept. */
    public static final String SIGNED = "a signed module, which stays as it is";

    private final boolean write;
    private final boolean everySite;
    private final boolean pack;
    private final Runnable progress;
    private final Budget budget = new Budget();
    private boolean keepSignatures;

    /**
     * What became of a file.
     *
     * @param content the new content; null if the file stays as it is
     * @param reports one for the file, or for each file in it
     * @param remarks what a person should know of the content, a line each
     */
    public record Result(byte[] content, List<FileReport> reports, List<String> remarks) {
        private Result(FileReport report) {
            this(null, List.of(report), List.of());
        }

        /** Whether modules lost their signatures. */
        public boolean removedSignatures() {
            return remarks.contains(UNSIGNED);
        }
    }

    /**
     * Takes the manner.
     *
     * @param write whether to make new content; else only the reports
     * @param everySite whether the reports shall list all sites
     * @param pack whether to pack archives again that were packed
     * @param progress called after every file, from several threads
     */
    public FileRewriter(boolean write, boolean everySite, boolean pack, Runnable progress) {
        this.write = write;
        this.everySite = everySite;
        this.pack = pack;
        this.progress = progress;
    }

    /** Leaves modules alone that have a signature: a rewritten one loses it. */
    public FileRewriter keepingSignatures() {
        keepSignatures = true;
        return this;
    }

    /**
     * Rewrites a file that a person named, so it is meant to be rewritten.
     *
     * @param file the whole file; may be changed
     * @throws ImageException if there is nothing in it that can be rewritten
     */
    public Result named(byte[] file, String name) throws ImageException {
        try (Budget.Account account = budget.file(file.length)) {
            return named(file, name, account);
        }
    }

    private Result named(byte[] file, String name, Budget.Account account) throws ImageException {
        Optional<UImage> ramdisk = UImage.of(file).filter(UImage::isRamdisk);
        if (ramdisk.isPresent()) {
            return ramdisk(ramdisk.get(), file, name, 0, account);
        }
        if (mayBeArchive(file)) {
            Initramfs archive = Initramfs.read(file, name, account);
            if (archive != null) {
                return archive(archive, name, 0, account);
            }
        }
        return image(file, name, Compression.of(file, 0), account);
    }

    /** Rewrites the modules of an initial file system; anything else stays as it is. */
    public Result initramfs(byte[] file, String name) throws ImageException {
        try (Budget.Account account = budget.file(file.length)) {
            return initramfs(file, name, account);
        }
    }

    private Result initramfs(byte[] file, String name, Budget.Account account) throws ImageException {
        Initramfs archive = mayBeArchive(file) ? Initramfs.read(file, name, account) : null;
        return archive == null
                ? new Result(FileReport.skipped(name, "no cpio archive"))
                : archive(archive, name, 0, account);
    }

    /** Rewrites an initial file system in a uImage. */
    private Result ramdisk(UImage header, byte[] file, String name, int depth, Budget.Account account)
            throws ImageException {
        Initramfs archive = Initramfs.read(header.data(file, name), name, account);
        if (archive == null) {
            return new Result(FileReport.skipped(name, "a uImage of a file system that is no cpio archive"));
        }
        Result inside = archive(archive, name, depth, account);
        return inside.content == null
                ? inside
                : new Result(header.with(inside.content, pack), inside.reports, inside.remarks);
    }

    private static boolean mayBeArchive(byte[] file) {
        return CpioArchive.beginsAt(file, 0) || Compression.of(file, 0).isPresent();
    }

    /**
     * Whether a file that was found somewhere may be something for {@link #found}.
     *
     * @param head its first {@link #HEAD} bytes, or all
     */
    public static boolean mayBeKernelCode(byte[] head, String name) {
        String base = baseName(name);
        return ElfFile.recognizes(head)
                || CpioArchive.beginsAt(head, 0)
                || Container.isWrapper(head)
                || UImage.of(head)
                        .filter(header -> header.isForArm() && header.isRamdisk())
                        .isPresent()
                || base.matches(IMAGE)
                || Compression.of(head, 0).isPresent()
                        && (base.matches(MODULE) || base.matches(PACKED_ARCHIVE) || base.matches(PACKED_KERNEL));
    }

    /** Says of a file that it was not looked into. */
    public static FileReport skipped(String name) {
        return FileReport.skipped(name, "no kernel code");
    }

    /** Rewrites a file that was found somewhere, if it is something to be rewritten. */
    public Result found(byte[] file, String name) {
        try (Budget.Account account = budget.file(file.length)) {
            return found(file, name, 0, account);
        }
    }

    private Result found(byte[] file, String name, int depth, Budget.Account account) {
        try {
            return recognized(file, name, depth, account);
        } catch (ImageException e) {
            return new Result(FileReport.failed(name, e.predicate(name)));
        } finally {
            progress.run();
        }
    }

    private Result recognized(byte[] file, String name, int depth, Budget.Account account) throws ImageException {
        String base = baseName(name);
        if (!mayBeKernelCode(file, name)) {
            return new Result(skipped(name));
        }
        Optional<UImage> ramdisk = UImage.of(file).filter(UImage::isRamdisk);
        if (ramdisk.isPresent() && depth < MAX_DEPTH) {
            return ramdisk(ramdisk.get(), file, name, depth + 1, account);
        }
        if (ElfFile.recognizes(file)) {
            return elf(file, name, Optional.empty(), account);
        }
        Optional<Compression> packing = Compression.of(file, 0);
        if (base.matches(MODULE)) {
            return packing.isPresent() ? module(file, name, packing.get(), account) : new Result(skipped(name));
        }
        if (base.matches(PACKED_ARCHIVE) || CpioArchive.beginsAt(file, 0)) {
            Initramfs archive = depth < MAX_DEPTH ? Initramfs.read(file, name, account) : null;
            return archive == null ? new Result(skipped(name)) : archive(archive, name, depth + 1, account);
        }
        try {
            return image(file, name, packing, account);
        } catch (ImageException e) {
            if (base.matches(IMAGE) && !Container.isWrapper(file)) {
                return new Result(skipped(name)); // anything may be called Image
            }
            throw e;
        }
    }

    private Result module(byte[] file, String name, Compression packing, Budget.Account account) throws ImageException {
        byte[] unpacked;
        try {
            unpacked = packing.unpack(file, 0, file.length, account);
        } catch (IOException e) {
            throw new ImageException("%s cannot be unpacked: %s".formatted(name, e.getMessage()));
        }
        return ElfFile.recognizes(unpacked)
                ? elf(unpacked, name, Optional.of(packing), account)
                : new Result(skipped(name));
    }

    private Result elf(byte[] file, String name, Optional<Compression> packing, Budget.Account account)
            throws ImageException {
        if (!ElfFile.isForArm(file)) {
            return new Result(FileReport.skipped(name, "an ELF file for another machine"));
        }
        if (SectionNames.isProgramWithout(KERNEL_SECTIONS, file, 0, file.length)) {
            return new Result(FileReport.skipped(name, PROGRAM));
        }
        ElfFile elf;
        try {
            elf = ElfFile.read(file, name);
        } catch (ImageException e) {
            if (baseName(name).matches(MODULE)) {
                throw e;
            }
            return new Result(FileReport.skipped(name, "an ELF file that is no kernel"));
        }
        if (elf.isRelocatable()) {
            if (!elf.hasSection(".modinfo")) {
                return new Result(FileReport.skipped(name, "an object that is no kernel module"));
            }
            return keepSignatures && ModuleSignature.isOn(file)
                    ? new Result(FileReport.skipped(name, SIGNED))
                    : image(file, name, packing, account);
        }
        return KERNEL_SECTIONS.stream().anyMatch(elf::hasSection)
                ? image(file, name, packing, account)
                : new Result(FileReport.skipped(name, PROGRAM));
    }

    /** Rewrites an image; {@code packing} is what its file was packed with. */
    private Result image(byte[] file, String name, Optional<Compression> packing, Budget.Account account)
            throws ImageException {
        GuestImage image = GuestImage.read(file, name, account);
        RewriteReport report = write ? image.rewrite() : image.preview();
        List<String> remarks = new ArrayList<>();
        byte[] content = write && report.encoded() > 0 ? content(image, report, name, packing, remarks) : null;
        if (!report.remark().isEmpty()) {
            remarks.add(name + ": " + report.remark());
        }
        String format = image.format();
        if (packing.isPresent() && !image.wasCompressed()) {
            format += ", " + packing.get().title();
        }
        return new Result(content, List.of(report.fileReport(name, format, everySite)), remarks);
    }

    private byte[] content(
            GuestImage image, RewriteReport report, String name, Optional<Compression> packing, List<String> remarks)
            throws ImageException {
        byte[] bytes = image.bytes();
        if (image.kind() != GuestImage.Kind.OBJECT) {
            if (image.wasCompressed()) {
                remarks.add(UNPACKED);
            }
            if (!image.remark().isEmpty()) {
                remarks.add(image.remark());
            }
            return image.file(image.kind() == GuestImage.Kind.ELF ? listed(bytes, report, name, remarks) : bytes);
        }
        if (ModuleSignature.isOn(bytes)) {
            bytes = ModuleSignature.removed(bytes, name);
            remarks.add(UNSIGNED);
        }
        bytes = listed(bytes, report, name, remarks);
        if (packing.isEmpty()) {
            return bytes;
        }
        remarkOnStoring(packing.get(), remarks);
        try {
            return packing.get().pack(bytes);
        } catch (IOException e) {
            throw new ImageException("%s cannot be packed again: %s".formatted(name, e.getMessage()));
        }
    }

    /** An ELF file with the list of what is encoded in it. */
    private static byte[] listed(byte[] bytes, RewriteReport report, String name, List<String> remarks)
            throws ImageException {
        byte[] listed = SiteList.put(bytes, name, report.sites());
        if (listed == null) {
            remarks.add(name + UNLISTED);
            return bytes;
        }
        return listed;
    }

    private static void remarkOnStoring(Compression packing, List<String> remarks) {
        if (packing.onlyStores()) {
            remarks.add(STORED + packing.title());
        }
    }

    private Result archive(Initramfs archive, String name, int depth, Budget.Account account) throws ImageException {
        List<Initramfs.Member> files = archive.files();
        List<Result> results = IntStream.range(0, files.size())
                .parallel()
                .mapToObj(i -> {
                    Initramfs.Member file = files.get(i);
                    String itsName = name + "!" + file.name();
                    if (!mayBeKernelCode(file.head(HEAD), itsName)) {
                        return new Result(skipped(itsName));
                    }
                    return file.isProgramWithout(KERNEL_SECTIONS) // most are, and large
                            ? new Result(FileReport.skipped(itsName, PROGRAM))
                            : found(file.content(), itsName, depth, account);
                })
                .toList();
        List<FileReport> reports = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        Map<Initramfs.Member, byte[]> contents = new HashMap<>();
        for (int i = 0; i < results.size(); i++) {
            Result result = results.get(i);
            reports.addAll(result.reports);
            remarks.addAll(result.remarks);
            if (result.content != null) {
                contents.put(files.get(i), result.content);
            }
        }
        if (contents.isEmpty()) {
            return new Result(null, reports, remarks);
        }
        if (pack) {
            archive.packings(contents).forEach(packing -> remarkOnStoring(packing, remarks));
        }
        try {
            return new Result(archive.with(contents, pack), reports, remarks);
        } catch (IOException e) {
            throw new ImageException("%s cannot be packed again: %s".formatted(name, e.getMessage()));
        }
    }

    private static String baseName(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
