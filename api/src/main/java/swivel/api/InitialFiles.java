package swivel.api;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import swivel.formats.ImageException;
import swivel.formats.kernel.UImage;
import swivel.lpv.FileRewriter;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.Report;
import swivel.machine.GuestKernel;
import swivel.machine.ModuleSignatures;
import swivel.vmm.Virtualization;

/**
 * An initial file system. A rewritten kernel loads modules from it, so they are rewritten too;
 * that happens while the kernel is being prepared.
 */
public final class InitialFiles {
    /** What people call it. */
    private final String name;

    private final byte[] original;

    /** Why modules keep their signatures and so stay as they are; null: they do not. */
    private final String keptFor;

    private final CompletableFuture<FileRewriter.Result> rewritten;

    private final Consumer<String> say;

    /**
     * Begins to rewrite it if the kernel may be patched.
     *
     * @param name what people call it
     * @param strict whether modules lose their signatures even if the kernel wants them
     * @param commandLine the kernel's; it may say that signatures of modules count
     * @param say told in lines what was rewritten, and what was not
     * @throws MachineException if it is not an initial file system
     */
    public InitialFiles(
            String name, byte[] files, Virt virt, boolean strict, String commandLine, Consumer<String> say) {
        this.name = name;
        this.say = say;
        this.original = content(files);
        this.keptFor = strict ? null : ModuleSignatures.enforcedBy(commandLine);
        this.rewritten = virt.mayRewrite() ? CompletableFuture.supplyAsync(() -> rewrite(keptFor != null)) : null;
    }

    /** What the guest gets of a file: of a uImage, what is in it, as QEMU does. */
    private byte[] content(byte[] read) {
        Optional<UImage> header = UImage.of(read);
        if (header.isEmpty()) {
            return read;
        }
        if (!header.get().isRamdisk()) {
            throw new MachineException(
                    "initrd " + name + " is a uImage, but not of an initial file system (mkimage -T ramdisk)");
        }
        try {
            return header.get().data(read, "initrd " + name);
        } catch (ImageException e) {
            throw new MachineException(e.getMessage(), e);
        }
    }

    private FileRewriter.Result rewrite(boolean keepSignatures) {
        FileRewriter rewriter = new FileRewriter(true, false, false, () -> {});
        try {
            return (keepSignatures ? rewriter.keepingSignatures() : rewriter).initramfs(original, "initrd " + name);
        } catch (ImageException e) {
            throw new CompletionException(e);
        }
    }

    /** What to load beside a kernel. */
    public byte[] beside(GuestKernel kernel) {
        if (rewritten == null || !kernel.virtualization().isRewritten()) {
            return original;
        }
        FileRewriter.Result result;
        String why = keptFor;
        try {
            result = rewritten.join();
            if (result.removedSignatures() && kernel.virtualization() == Virtualization.PATCHED) {
                why = ModuleSignatures.enforcedBy(kernel);
                result = why == null ? result : rewrite(true);
            }
        } catch (CompletionException e) {
            if (e.getCause() instanceof ImageException damaged) {
                say.accept("modules in the initrd are not rewritten: " + damaged.getMessage());
                return original;
            }
            throw e;
        }
        Report report = new Report("run", name, result.reports());
        for (FileReport member : report.files()) {
            if (member.outcome() == FileReport.Outcome.FAILED) {
                say.accept("not rewritten: " + member.file() + " " + member.note());
            }
        }
        int signed = report.skipped().getOrDefault(FileRewriter.SIGNED, 0);
        if (signed > 0) {
            say.accept("left %,d signed modules of the initrd as they are, since the kernel refuses others (%s)"
                    .formatted(signed, why));
        }
        if (result.content() == null) {
            return original;
        }
        say.accept("rewrote %,d sensitive instructions in %,d modules of the initrd%s"
                .formatted(
                        report.totals().all(),
                        report.count(FileReport.Outcome.SENSITIVE),
                        result.removedSignatures() ? ", which lost their signatures" : ""));
        return result.content();
    }
}
