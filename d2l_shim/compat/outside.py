"""What a drop-in says about a name it does not have: where it comes from, what to write instead."""

_LEFT_OUT = {
    "d2l 0.17": """
        8.2 read_time_machine tokenize Vocab count_corpus load_corpus_time_machine
        8.3 seq_data_iter_random seq_data_iter_sequential SeqDataLoader load_data_time_machine
        8.5 RNNModelScratch predict_ch8 grad_clipping train_epoch_ch8 train_ch8
        8.6 RNNModel
        9.5 read_data_nmt preprocess_nmt tokenize_nmt show_list_len_pair_hist truncate_pad
            build_array_nmt load_data_nmt
        9.6 Encoder Decoder EncoderDecoder
        9.7 Seq2SeqEncoder sequence_mask MaskedSoftmaxCELoss train_seq2seq predict_seq2seq bleu
        10.1 show_heatmaps
        10.3 masked_softmax AdditiveAttention DotProductAttention
        10.4 AttentionDecoder
        10.5 MultiHeadAttention transpose_qkv transpose_output
        10.6 PositionalEncoding
        10.7 PositionWiseFFN AddNorm EncoderBlock TransformerEncoder
        11.1 annotate
        11.3 train_2d show_trace_2d
        11.5 get_data_ch11 train_ch11 train_concise_ch11
        12.1 Benchmark
        13.3 box_corner_to_center box_center_to_corner
        13.4 multibox_prior box_iou assign_anchor_to_bbox offset_boxes multibox_target
            offset_inverse nms multibox_detection
        13.6 read_data_bananas BananasDataset load_data_bananas
        13.9 VOC_CLASSES VOC_COLORMAP read_voc_images voc_colormap2label voc_label_indices
            voc_rand_crop VOCSegDataset load_data_voc
        13.13 read_csv_labels copyfile reorg_train_valid reorg_test
        14.3 read_ptb subsample get_centers_and_contexts RandomGenerator get_negatives batchify
            load_data_ptb
        14.7 TokenEmbedding
        14.8 get_tokens_and_segments BERTEncoder MaskLM NextSentencePred BERTModel
        14.9 load_data_wiki
        15.1 read_imdb load_data_imdb
        15.2 predict_sentiment
        15.4 read_snli SNLIDataset load_data_snli
        15.5 predict_snli
        17.1 update_D update_G
    """,
    "the first edition": """
        6.3 data_iter_random data_iter_consecutive load_data_jay_lyrics
        6.4 to_onehot predict_rnn train_and_predict_rnn
        6.5 predict_rnn_gluon train_and_predict_rnn_gluon predict_rnn_pytorch
            train_and_predict_rnn_pytorch
        7.3 get_data_ch7 train_ch7 train_gluon_ch7 train_pytorch_ch7
        9.6 load_data_pikachu
        9.9 download_voc_pascal
        10.7 download_imdb get_tokenized_imdb get_vocab_imdb preprocess_imdb
    """,
}
"""Names that d2l_shim leaves out, behind the section of the book that they come from."""

_CLASS_API = {
    "a class of the framework itself": "HyperParameters Module LinearRegressionScratch",
    "a method in the class body": "add_to_class",
    "Animator": "ProgressBoard",
    "load_data_fashion_mnist(batch_size, resize)": "DataModule FashionMNIST",
    "train_ch6(net, train_iter, test_iter, num_epochs, lr, device)": "Trainer",
    "arrays of the framework": "SyntheticRegressionData",
    "sgd(params, lr, batch_size)": "SGD",
    "a Sequential of the framework's layers": "LinearRegression Classifier SoftmaxRegression LeNet "
    "AlexNet BNLeNetScratch BNLeNet DenseNet",
    "train_ch6, which draws Xavier's weights": "init_cnn",
    "vgg_block": "VGG",
    "nin_block": "NiN",
    "Inception": "GoogleNet",
    "resnet18 or resnet_block": "ResNet",
    "resnet18": "ResNet18",
    "Residual": "ResNeXtBlock",
}
"""What does the work of names of the class API of d2l 1.0.3."""

_INSTEAD = {
    "write the framework's LayerNorm of a sum": "AddNorm",
    "write `timer = d2l.Timer()` and `timer.stop()`": "Benchmark",
    "write the framework's own multi-head attention": "MultiHeadAttention",
    "write the framework's own recurrent layer and a linear one behind it": "RNNModel",
    "write the framework's own encoder of transformers": "TransformerEncoder",
    "write `d2l.plt.annotate(text, xy=xy, xytext=xytext)`": "annotate",
    "write `shutil.copy`": "copyfile",
    "write the framework's own clipping of gradients by their norm": "grad_clipping",
    "write a softmax of scores that are -1e6 where masked": "masked_softmax",
    "write torchvision.ops.nms, or copy its definition from there into the program": "nms",
    "write torchvision.ops.box_iou, or copy its definition from there into the program": "box_iou",
    "write `pandas.read_csv`": "read_csv_labels",
    "write `d2l.plt.imshow`": "show_heatmaps",
    "write `str.split`, or `list` for single characters": "tokenize",
    "write the loop over its steps into the program": "train_2d",
    "write the loop with an optimizer of the framework": "train_ch11 train_concise_ch11",
    "write `(line + [padding] * num_steps)[:num_steps]`": "truncate_pad",
}
"""What to write for others; where there is nothing, their definitions."""


def _by_name(table: dict[str, str]) -> dict[str, str]:
    return {name: key for key, names in table.items() for name in names.split()}


SOURCES = {}
for _book, _names in _LEFT_OUT.items():
    for _word in _names.split():
        if _word[0].isdigit():
            _section = f"section {_word} of {_book}"
        else:
            SOURCES[_word] = _section
CLASS_API, INSTEAD = _by_name(_CLASS_API), _by_name(_INSTEAD)


def outside(module: str, name: str) -> AttributeError:
    """Return the error for a name that a drop-in, `d2l.torch` say, does not have."""
    if name.startswith("__"):
        return AttributeError(f"module {module!r} has no attribute {name!r}")
    if name in CLASS_API:
        said = (
            f": the class API of d2l 1.0.3 is out of d2l_shim's scope; use {CLASS_API[name]} in "
            "its place"
        )
    elif name in SOURCES:
        write = INSTEAD.get(name, "copy its definition from there into the program")
        said = f" ({SOURCES[name]}): d2l_shim holds what image chapters use; {write}"
    else:
        said = "; `print(d2l.__all__)` lists the names it has"
    return AttributeError(f"{module} has no {name}{said}")
