"""What training asks of the network: the verdict of every slice, the plain map where the truth of it is known."""
from torch import Tensor
from torch.nn import functional as F

from batches import Batch
from network import PLAIN_PEAK_PIXELS, Opinion

# the verdict and its map: the radiologists' labels, the teacher, everything drawn
SMOOTHING, PEAK_WEIGHT, BLOOD_WEIGHT, PIXEL_WEIGHT = 0.04, 0.3, 10.0, 4.0
# the plain map: only blood that is plain to see, and nothing in what is clean
PLAIN_SMOOTHING, PLAIN_PEAK_WEIGHT, PLAIN_BLOOD_WEIGHT, PLAIN_PIXEL_WEIGHT = 0.003, 0.4, 1.0, 20.0
AGREEMENT_WEIGHT, SAME_BEYOND = 0.5, 6.0  # of two views; verdicts surer than that logit are all one
SUREST = 12.0  # logit of the plain map beyond which nothing is learnt


def overlap_loss(logits: Tensor, batch: Batch, belief: Tensor, blood_weight: float, pixel_weight: float) -> Tensor:
    """Weighted cross-entropy of the pixels and soft Dice of the bleeding slices, as far as the map is believed [N]."""
    pixel = F.binary_cross_entropy_with_logits(logits, batch.blood, reduction="none") * (1 + blood_weight * batch.blood)
    probability = logits.sigmoid()
    shared, total = (probability * batch.blood).sum((1, 2, 3)), (probability + batch.blood).sum((1, 2, 3))
    dice = (1 - (2 * shared + 5) / (total + 5)) * batch.bleeds
    return (belief * (pixel_weight * pixel.mean((1, 2, 3)) + dice)).mean()


def softened(bleeds: Tensor, smoothing: float) -> Tensor:
    return bleeds * (1 - 2 * smoothing) + smoothing


def verdict_loss(said: Opinion, batch: Batch) -> Tensor:
    target = softened(batch.bleeds, SMOOTHING)
    verdict = F.binary_cross_entropy_with_logits(said.verdict, target)
    # the radiologists' label teaches the verdict's map too, where the teacher sees nothing
    peak = F.binary_cross_entropy_with_logits(said.peak, target)
    return verdict + PEAK_WEIGHT * peak + overlap_loss(said.suspected, batch, batch.belief, BLOOD_WEIGHT, PIXEL_WEIGHT)


def loss(said: Opinion, batch: Batch) -> Tensor:
    # what fades from bone is no blood, whatever the map says of it: nothing to learn from
    plain = said.plain.clamp_min(-SUREST)
    outlined = overlap_loss(plain, batch, batch.plain, PLAIN_BLOOD_WEIGHT, PLAIN_PIXEL_WEIGHT)
    highest = plain.flatten(1).topk(PLAIN_PEAK_PIXELS, dim=1).values.mean(1)
    sure = F.binary_cross_entropy_with_logits(highest, softened(batch.bleeds, PLAIN_SMOOTHING), reduction="none")
    return verdict_loss(said, batch) + outlined + PLAIN_PEAK_WEIGHT * (batch.plain * sure).mean()


def disagreement(said: Opinion) -> Tensor:
    """How far what is said of every other slice lies from what is said of its twin, the next one."""
    verdict, area = said.verdict.clamp(-SAME_BEYOND, SAME_BEYOND), said.area()
    return AGREEMENT_WEIGHT * sum(((of[0::2] - of[1::2]) ** 2).mean() for of in (verdict, area))


def twin_loss(said: Opinion, batch: Batch) -> Tensor:
    return loss(said, batch) + disagreement(said)
